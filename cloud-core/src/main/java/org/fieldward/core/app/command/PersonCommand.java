package org.fieldward.core.app.command;

import java.io.Console;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.person.People;
import org.fieldward.core.access.person.SqlPeople;
import org.fieldward.core.app.assembly.Site;
import org.fieldward.core.app.settings.AppException;
import org.fieldward.proto.password.PasswordHash;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Who may sign in here. */
@Command(
        name = "person",
        mixinStandardHelpOptions = true,
        description = "Adds, lists and removes people who sign in here.",
        subcommands = {
            PersonCommand.Add.class,
            PersonCommand.ListAll.class,
            PersonCommand.Remove.class,
            PersonCommand.Password.class,
            PersonCommand.Link.class
        })
final class PersonCommand {

    private static final int PASSWORD_BYTES = 15;
    private static final int CODE_BYTES = 32;
    private static final int MIN_PASSWORD = 12;
    private static final Duration CODE_LIFE = Duration.ofMinutes(10);

    @ParentCommand
    private @Nullable Site site;

    private static <T> T visit(@Nullable PersonCommand above, BiFunction<SqlPeople, Clock, T> visit) {
        return Site.parent(Site.parent(above).site)
                .visit((database, clock) -> visit.apply(new SqlPeople(database.pool()), clock));
    }

    /** Asked for where somebody sits at a terminal; otherwise made, and printed once. */
    private static PasswordHash password() {
        Optional<Console> console = Optional.ofNullable(System.console());
        String typed = console.map(one -> typed(one, "Password (empty: one is made): "))
                .orElse("");
        if (typed.isEmpty()) {
            String made = random(PASSWORD_BYTES);
            System.out.println("password: " + made);
            return hash(made);
        }
        if (typed.length() < MIN_PASSWORD) {
            throw new IllegalArgumentException("a password must be at least " + MIN_PASSWORD + " characters");
        }
        if (!typed.equals(typed(console.orElseThrow(), "Again: "))) {
            throw new IllegalArgumentException("the two passwords must be the same");
        }
        return hash(typed);
    }

    private static String typed(Console console, String prompt) {
        // None at the end of what is piped in.
        char @Nullable [] typed = console.readPassword(prompt);
        return typed == null ? "" : new String(typed);
    }

    private static PasswordHash hash(String password) {
        return PasswordHash.of(
                password.getBytes(StandardCharsets.UTF_8), PasswordHash.CHOSEN_ITERATIONS, new SecureRandom());
    }

    private static String random(int count) {
        byte[] bytes = new byte[count];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static void printLink(People people, Clock clock, String name) {
        String code = random(CODE_BYTES);
        people.putCode(code, name, clock.instant().plus(CODE_LIFE));
        // Behind the #, what a browser keeps to itself.
        System.out.println("link: sign-in.html#code=" + code);
    }

    private static AppException nobody(String name) {
        return new AppException("there is no person '" + name + "'");
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Adds a person, or gives the one with this name new roles, facilities and a new password.")
    static final class Add implements Callable<Integer> {
        @ParentCommand
        private @Nullable PersonCommand above;

        @Parameters(paramLabel = "NAME", description = "1 to 64 of a-z 0-9 . _ @ -")
        private String name = "";

        @Option(
                names = "--roles",
                required = true,
                split = ",",
                description = "clinician, nurse, technician, auditor, administrator; separated by commas.")
        private List<String> roles = List.of();

        @Option(
                names = "--facilities",
                split = ",",
                description = "Whose patients they see, separated by commas; * for all. Without it: of none, but for"
                        + " administrators and auditors.")
        private @Nullable List<String> facilities;

        @Option(names = "--link", description = "Prints a link as well, with which they sign in once.")
        private boolean link;

        @Override
        public Integer call() {
            Set<Role> known = EnumSet.noneOf(Role.class);
            for (String role : roles) {
                known.add(Role.of(role)
                        .orElseThrow(
                                () -> new IllegalArgumentException("--roles must be of clinician, nurse, technician,"
                                        + " auditor and administrator, was '" + role + "'")));
            }
            PasswordHash password = password();
            var person = new People.Person(
                    name, password, known, Optional.ofNullable(facilities).map(Set::copyOf));
            People.Added added = visit(above, (people, clock) -> {
                People.Added put = people.put(person, clock.instant());
                if (link && put != People.Added.TAKEN) {
                    printLink(people, clock, name);
                }
                return put;
            });
            switch (added) {
                case ADDED -> System.out.println("added " + name);
                case CHANGED -> System.out.println("changed " + name);
                case TAKEN ->
                    throw new AppException(
                            "'" + name + "' was somebody who is removed: the audit must not confuse two people");
            }
            return 0;
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Prints every person, tab-separated: name, roles, facilities.")
    static final class ListAll implements Callable<Integer> {
        @ParentCommand
        private @Nullable PersonCommand above;

        @Override
        public Integer call() {
            return visit(above, (people, clock) -> {
                for (People.Person person : people.all()) {
                    System.out.println(String.join(
                            "\t",
                            person.name(),
                            String.join(
                                    ",",
                                    person.roles().stream()
                                            .map(Role::text)
                                            .sorted()
                                            .toList()),
                            person.facilities()
                                    .map(all -> String.join(
                                            ",", all.stream().sorted().toList()))
                                    .orElse("-")));
                }
                return 0;
            });
        }
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Ends a person's sessions and lets them sign in no more. The name is never given again.")
    static final class Remove implements Callable<Integer> {
        @ParentCommand
        private @Nullable PersonCommand above;

        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Override
        public Integer call() {
            if (!visit(above, (people, clock) -> people.remove(name, clock.instant()))) {
                throw nobody(name);
            }
            System.out.println("removed " + name);
            return 0;
        }
    }

    @Command(
            name = "password",
            mixinStandardHelpOptions = true,
            description = "Gives a person a new password and ends their sessions.")
    static final class Password implements Callable<Integer> {
        @ParentCommand
        private @Nullable PersonCommand above;

        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Override
        public Integer call() {
            PasswordHash password = password();
            if (!visit(above, (people, clock) -> people.changePassword(name, password))) {
                throw nobody(name);
            }
            System.out.println("changed " + name);
            return 0;
        }
    }

    @Command(
            name = "link",
            mixinStandardHelpOptions = true,
            description = "Prints where a person signs in without a password, once and within ten minutes.")
    static final class Link implements Callable<Integer> {
        @ParentCommand
        private @Nullable PersonCommand above;

        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Override
        public Integer call() {
            return visit(above, (people, clock) -> {
                if (people.find(name).isEmpty()) {
                    throw nobody(name);
                }
                printLink(people, clock, name);
                return 0;
            });
        }
    }
}
