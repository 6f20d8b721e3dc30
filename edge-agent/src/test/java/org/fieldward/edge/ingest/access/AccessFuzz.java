package org.fieldward.edge.ingest.access;

import static org.fieldward.edge.fuzz.Check.that;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.fuzz.Dice;
import org.fieldward.edge.ingest.access.Doorkeeper.Publishing;
import org.fieldward.edge.ingest.topic.TopicFilter;
import org.fieldward.proto.password.PasswordHash;
import org.fieldward.proto.reading.DeviceId;

/** Whatever topic, filter or client id is given: a device gets its own whole levels and nothing else. */
public final class AccessFuzz {

    private static final String NAME = "monitor-07";
    private static final Identity.Device DEVICE = new Identity.Device(new DeviceId(NAME));
    private static final Identity.Screen SCREEN = new Identity.Screen("nurse");
    private static final Identity.Operator OPERATOR = new Identity.Operator("chief");

    /** The rules as they are documented, in another language than the code's. */
    private static final Pattern SAYS_TO_WARD = pattern("answers/monitor-07/.*");

    private static final Pattern SAYS_READINGS = pattern("devices/monitor-07/.*"
            + "|spBv1\\.0/[^/]+/(NBIRTH|NDATA|NDEATH)/monitor-07"
            + "|spBv1\\.0/[^/]+/(DBIRTH|DDATA|DDEATH)/monitor-07/[^/]*"
            + "|vitals/monitor-07/obs");
    private static final Pattern OF_ANOTHER = pattern("spBv1\\.0/[^/]+/D[A-Z]+/monitor-07/pump");
    private static final Pattern HEARS =
            pattern("commands/monitor-07(/.*)?|spBv1\\.0/STATE/[^/]*|spBv1\\.0/[^/]*/(NCMD|DCMD)/monitor-07(/.*)?");
    private static final Pattern ASKS =
            pattern("commands/monitor-07(/.*)?|spBv1\\.0/STATE/[^/]*|spBv1\\.0/[^/]*/(NCMD|DCMD)/monitor-07(/.*)?");
    private static final Pattern SCREEN_HEARS = pattern("(alarms|devices)/.*");
    private static final Pattern OPERATOR_HEARS = pattern("(alarms|devices|answers|commands)/.*");
    private static final Pattern COMMANDS = pattern("commands/[A-Za-z0-9][A-Za-z0-9._-]{0,63}/.*");

    private static final List<String> LEVELS = List.of(
            NAME,
            "monitor-08",
            "monitor-0",
            "monitor-07x",
            "devices",
            "commands",
            "answers",
            "alarms",
            "spBv1.0",
            "STATE",
            "NCMD",
            "DCMD",
            "NBIRTH",
            "NDATA",
            "NDEATH",
            "DBIRTH",
            "DDATA",
            "DDEATH",
            "ward",
            "pump",
            "readings",
            "vitals",
            "obs",
            "",
            "+",
            "#",
            "$share",
            "MONITOR-07",
            "commands ");

    private static final WardDoorkeeper DOORKEEPER = doorkeeper();

    private AccessFuzz() {}

    private static Pattern pattern(String regex) {
        return Pattern.compile(regex, Pattern.DOTALL);
    }

    private static WardDoorkeeper doorkeeper() {
        try {
            Path home = Files.createTempDirectory("fieldward-fuzz");
            var file = new AccountFile(home.resolve("accounts"));
            var random = new SecureRandom();
            PasswordHash hash = PasswordHash.of("secret".getBytes(StandardCharsets.UTF_8), 1, random);
            file.put(new Account(NAME, Role.DEVICE, hash));
            file.put(new Account(NAME + ".pump", Role.DEVICE, hash));
            var accounts = new Accounts(file, random);
            accounts.refresh();
            Files.delete(file.path());
            Files.delete(home);
            return new WardDoorkeeper(
                    accounts,
                    ClientCertificates.none(),
                    Runnable::run,
                    () -> 0,
                    (device, levels) -> levels.equals(List.of("vitals", device.name(), "obs"))
                            ? Optional.of(new Format.Mapped("obs"))
                            : Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void fuzzerTestOneInput(byte[] data) {
        var dice = new Dice(data);
        while (!dice.isEmpty()) {
            String text = text(dice);
            ask(text);
            if (text.indexOf('+') < 0 && text.indexOf('#') < 0) {
                publish(text);
                receive(text);
            }
        }
    }

    /** Levels that have a meaning with a few characters changed, or any text. */
    private static String text(Dice dice) {
        int how = dice.below(8);
        if (how == 0) {
            return dice.text();
        }
        var levels = new ArrayList<String>();
        for (int left = dice.below(6); left >= 0; left--) {
            levels.add(dice.one(LEVELS));
        }
        var text = new StringBuilder(String.join("/", levels));
        if (how == 1 && !text.isEmpty()) {
            text.setCharAt(dice.octet() % text.length(), (char) dice.twoOctets());
        }
        return text.toString();
    }

    private static void publish(String topic) {
        Publishing publishing = DOORKEEPER.publishing(DEVICE, topic);
        boolean own = SAYS_READINGS.matcher(topic).matches()
                && !OF_ANOTHER.matcher(topic).matches();
        that(publishing instanceof Publishing.ToBuffer == own, "a device measures under its own name only");
        that(
                publishing instanceof Publishing.Local
                        == SAYS_TO_WARD.matcher(topic).matches(),
                "a device answers under its own name only");
        that(DOORKEEPER.publishing(SCREEN, topic) instanceof Publishing.Denied, "a screen says nothing");
        that(
                DOORKEEPER.publishing(OPERATOR, topic) instanceof Publishing.Local
                        == COMMANDS.matcher(topic).matches(),
                "an operator commands devices and nothing else");
        that(!(DOORKEEPER.publishing(OPERATOR, topic) instanceof Publishing.ToBuffer), "an operator measures nothing");
        that(DOORKEEPER.mayUseClientId(DEVICE, topic) == topic.equals(NAME), "a device is called as it is");
    }

    private static void receive(String topic) {
        that(
                DOORKEEPER.mayReceive(DEVICE, topic) == HEARS.matcher(topic).matches(),
                "a device hears what is for it, and no more");
        that(
                DOORKEEPER.mayReceive(SCREEN, topic)
                        == SCREEN_HEARS.matcher(topic).matches(),
                "a screen hears alarms and devices");
        that(
                DOORKEEPER.mayReceive(OPERATOR, topic)
                        == OPERATOR_HEARS.matcher(topic).matches(),
                "an operator hears the ward");
    }

    private static void ask(String text) {
        TopicFilter filter;
        try {
            filter = TopicFilter.of(text);
        } catch (IllegalArgumentException noFilter) {
            return;
        }
        that(
                DOORKEEPER.maySubscribe(DEVICE, filter) == ASKS.matcher(text).matches(),
                "a device asks for what is for it, and no more");
        that(
                DOORKEEPER.maySubscribe(SCREEN, filter)
                        == SCREEN_HEARS.matcher(text).matches(),
                "a screen asks for alarms and devices");
        that(
                DOORKEEPER.maySubscribe(OPERATOR, filter)
                        == OPERATOR_HEARS.matcher(text).matches(),
                "an operator asks for the ward");
    }
}
