package org.fieldward.installer;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.RunningPart;

/** A program that speaks MQTT, that others wrote, and that people use. */
interface StockClient {

    enum Version {
        V3_1_1,
        V5;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '.');
        }
    }

    /**
     * Who connects to which gateway, and how.
     *
     * @param tls by the gateway's own authority, which is all the client trusts
     */
    record Login(Gateway gateway, Version version, boolean tls, String name, String password) {
        Login withPassword(String other) {
            return new Login(gateway, version, tls, name, other);
        }

        @Override
        public String toString() {
            return name + (tls ? " over TLS" : "");
        }
    }

    /** What the client made of what the gateway said. */
    sealed interface Answer {
        /** Acknowledged as far as its QoS asks for. */
        record Taken() implements Answer {}

        /** With the reason as the client words it. */
        record Refused(String words) implements Answer {}

        /** The gateway closed the connection without a word. */
        record Closed() implements Answer {}

        /** The gateway closed the connection and said why, as a reason code of MQTT 5. */
        record Disconnected(int reason) implements Answer {}
    }

    /** Why it cannot be used on this machine; empty if it can. */
    Optional<String> missing();

    /** Connects, publishes one message and leaves. */
    Answer publish(Login login, String topic, int qos, Path payload);

    /** Connects and asks for what the gateway must refuse; how it put the refusal. */
    Answer refusedSubscription(Login login, String filter);

    /** Connects, subscribes and stays; prints {@code RETAINED TOPIC PAYLOAD} per message, RETAINED being 1 or 0. */
    RunningPart listen(Login login, String filter);

    static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
