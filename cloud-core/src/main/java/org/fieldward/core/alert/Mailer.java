package org.fieldward.core.alert;

import org.fieldward.core.delivery.Reply;

/** Sends one mail. Thread-safe. */
interface Mailer {

    Reply send(String to, String subject, String text);
}
