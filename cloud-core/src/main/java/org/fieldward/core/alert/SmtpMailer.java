package org.fieldward.core.alert;

import jakarta.mail.Authenticator;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Date;
import java.util.Properties;
import org.fieldward.core.alert.AlertSettings.Mail;
import org.fieldward.core.alert.AlertSettings.Security;
import org.fieldward.core.delivery.Reply;

/** Sends over SMTP, a connection for each mail. */
final class SmtpMailer implements Mailer {

    private static final String PATIENCE_MILLIS = "10000";

    private final Mail settings;
    private final InstantSource clock;
    private final Session session;

    SmtpMailer(Mail settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        var properties = new Properties();
        properties.put("mail.smtp.host", settings.host());
        properties.put("mail.smtp.port", Integer.toString(settings.port()));
        properties.put("mail.smtp.connectiontimeout", PATIENCE_MILLIS);
        properties.put("mail.smtp.timeout", PATIENCE_MILLIS);
        properties.put("mail.smtp.writetimeout", PATIENCE_MILLIS);
        properties.put("mail.smtp.ssl.enable", Boolean.toString(settings.security() == Security.TLS));
        properties.put("mail.smtp.starttls.enable", Boolean.toString(settings.security() == Security.STARTTLS));
        properties.put("mail.smtp.starttls.required", Boolean.toString(settings.security() == Security.STARTTLS));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.smtp.auth", Boolean.toString(settings.password().isPresent()));
        session = Session.getInstance(properties, new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(
                        settings.user(),
                        settings.password().map(AlertSettings.Password::reveal).orElse(""));
            }
        });
    }

    @Override
    public Reply send(String to, String subject, String text) {
        try {
            var message = new MimeMessage(session);
            message.setFrom(new InternetAddress(settings.from(), true));
            message.setRecipient(jakarta.mail.Message.RecipientType.TO, new InternetAddress(to, true));
            message.setSubject(subject, StandardCharsets.UTF_8.name());
            message.setText(text, StandardCharsets.UTF_8.name());
            message.setSentDate(Date.from(clock.instant()));
            // A vacation note must not answer, nor anything else by itself (RFC 3834).
            message.setHeader("Auto-Submitted", "auto-generated");
            Transport.send(message);
            return new Reply.Taken(250);
        } catch (MessagingException e) {
            // Its own words may hold the address.
            return new Reply.Failed(
                    "the mail server did not take it: " + e.getClass().getSimpleName());
        }
    }
}
