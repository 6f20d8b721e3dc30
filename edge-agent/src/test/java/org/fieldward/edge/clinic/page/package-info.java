@NullMarked
package org.fieldward.edge.clinic.page;

import org.jspecify.annotations.NullMarked;
