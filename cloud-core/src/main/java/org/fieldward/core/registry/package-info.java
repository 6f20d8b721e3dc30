/** Gateways, devices, patients, and which patient a device served at a given time. */
@NullMarked
package org.fieldward.core.registry;

import org.jspecify.annotations.NullMarked;
