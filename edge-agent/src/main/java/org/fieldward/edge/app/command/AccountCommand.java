package org.fieldward.edge.app.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.fieldward.edge.app.AgentException;
import org.fieldward.edge.app.Settings;
import org.fieldward.edge.ingest.access.Account;
import org.fieldward.edge.ingest.access.AccountFile;
import org.fieldward.edge.ingest.access.Role;
import org.fieldward.proto.password.PasswordHash;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who may connect over MQTT. A running agent notices within seconds. */
@Command(
        name = "account",
        description = "Who may connect over MQTT and see the ward's page: devices, screens, operators and staff.",
        mixinStandardHelpOptions = true)
public final class AccountCommand {

    @Command(
            name = "add",
            description =
                    "Add accounts or give them new passwords. Makes a random password for each and prints lines of"
                            + " NAME:PASSWORD, unless --password-stdin.",
            mixinStandardHelpOptions = true)
    void add(
            @Mixin ConfigOption config,
            @Parameters(paramLabel = "NAME", arity = "1..*") List<String> names,
            @Option(names = "--role", defaultValue = "DEVICE", description = "device, screen, operator or staff")
                    Role role,
            @Option(names = "--password-stdin", description = "Read the password of one account from standard input.")
                    boolean given) {
        if (given && names.size() > 1) {
            throw new AgentException("--password-stdin takes one NAME, were " + names.size());
        }
        var random = new SecureRandom();
        var accounts = new ArrayList<Account>();
        var said = new ArrayList<String>();
        for (String name : names) {
            byte[] made = new byte[18];
            random.nextBytes(made);
            String password = given ? line() : Base64.getUrlEncoder().encodeToString(made);
            PasswordHash hash = PasswordHash.of(
                    password.getBytes(StandardCharsets.UTF_8),
                    given ? PasswordHash.CHOSEN_ITERATIONS : PasswordHash.RANDOM_ITERATIONS,
                    random);
            accounts.add(new Account(name, role, hash));
            said.add(given ? "added " + name : name + ":" + password);
        }
        file(config).put(accounts);
        said.forEach(System.out::println);
        var revoked = file(config).read().revoked();
        for (String name : names) {
            if (revoked.contains(name)) {
                System.err.println(
                        name + " is revoked: nobody comes in by this name until 'account allow " + name + "'");
            }
        }
    }

    @Command(name = "remove", description = "Remove an account.", mixinStandardHelpOptions = true)
    int remove(@Mixin ConfigOption config, @Parameters(paramLabel = "NAME") String name) {
        boolean removed = file(config).remove(name);
        System.out.println(removed ? "removed " + name : "there is no account " + name);
        return removed ? 0 : 1;
    }

    @Command(
            name = "revoke",
            description = "Refuse NAME from now on, whether it comes with a password or with a certificate.",
            mixinStandardHelpOptions = true)
    void revoke(@Mixin ConfigOption config, @Parameters(paramLabel = "NAME") String name) {
        AccountFile file = file(config);
        boolean fresh = file.revoke(name);
        System.out.println((fresh ? "revoked " : "was revoked before: ")
                + name
                + (file.read().accounts().containsKey(name) ? "" : " (no account has this name)"));
    }

    @Command(name = "allow", description = "Take a revocation back.", mixinStandardHelpOptions = true)
    int allow(@Mixin ConfigOption config, @Parameters(paramLabel = "NAME") String name) {
        boolean taken = file(config).allow(name);
        System.out.println(taken ? "allowed " + name : name + " is not revoked");
        return taken ? 0 : 1;
    }

    @Command(
            name = "list",
            description =
                    "List accounts and revoked names: NAME ROLE, and 'revoked'; '-' is a name without an account.",
            mixinStandardHelpOptions = true)
    void list(@Mixin ConfigOption config) {
        AccountFile.Content content = file(config).read();
        var names = new TreeSet<String>(content.accounts().keySet());
        names.addAll(content.revoked());
        for (String name : names) {
            String role = Optional.ofNullable(content.accounts().get(name))
                    .map(account -> account.role().word())
                    .orElse("-");
            System.out.println(name + " " + role + (content.revoked().contains(name) ? " revoked" : ""));
        }
    }

    private static AccountFile file(ConfigOption config) {
        Settings settings = config.settings();
        return new AccountFile(settings.accounts());
    }

    private static String line() {
        try {
            var reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            return Optional.ofNullable(reader.readLine())
                    .filter(password -> password.length() >= 8)
                    .orElseThrow(() -> new AgentException("the password must have 8 characters or more"));
        } catch (IOException e) {
            throw new AgentException("could not read the password", e);
        }
    }
}
