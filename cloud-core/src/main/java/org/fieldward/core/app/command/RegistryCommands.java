package org.fieldward.core.app.command;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fieldward.core.app.assembly.Site;
import org.fieldward.core.app.settings.AppException;
import org.fieldward.core.registry.Registry.BindResult;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.core.registry.SqlRegistry;
import org.fieldward.proto.reading.DeviceId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Patients, devices and bindings from the command line. */
final class RegistryCommands {

    private RegistryCommands() {}

    private static int told(BindResult result) {
        return switch (result) {
            case BindResult.Bound bound -> {
                System.out.println(line(bound.binding()));
                yield 0;
            }
            case BindResult.Overlaps overlaps ->
                throw new AppException(
                        "the device serves somebody in that time, end this binding first: " + line(overlaps.other()));
            case BindResult.Unknown unknown ->
                throw new AppException("there is no " + unknown.what() + " '" + unknown.id() + "'");
        };
    }

    private static String line(Binding binding) {
        return String.join(
                "\t",
                Long.toString(binding.number()),
                binding.device().name(),
                binding.patient(),
                binding.from().toString(),
                binding.until().map(Instant::toString).orElse("-"));
    }

    @Command(
            name = "patient",
            mixinStandardHelpOptions = true,
            description = "Adds a patient, or changes the one with this id.")
    static final class AddPatient implements Callable<Integer> {
        @ParentCommand
        private @Nullable Site site;

        @Parameters(index = "0", paramLabel = "add", description = "The word 'add'.")
        private String verb = "";

        @Parameters(index = "1", paramLabel = "ID", description = "FHIR id: 1 to 64 of A-Z a-z 0-9 . -")
        private String id = "";

        @Option(names = "--identifier", required = true, description = "The hospital's own number.")
        private String identifier = "";

        @Option(names = "--family", required = true)
        private String family = "";

        @Option(names = "--given", required = true)
        private String given = "";

        @Option(names = "--born", description = "YYYY-MM-DD")
        private @Nullable LocalDate born;

        @Option(names = "--gender", description = "male, female, other or unknown", defaultValue = "unknown")
        private String gender = "unknown";

        @Override
        public Integer call() {
            expectAdd(verb);
            return Site.parent(site).visit((database, clock) -> {
                new SqlRegistry(database.pool(), clock)
                        .putPatient(new Patient(
                                id, identifier, family, given, Optional.ofNullable(born), gender, clock.instant()));
                System.out.println("patient " + id);
                return 0;
            });
        }
    }

    @Command(
            name = "device",
            mixinStandardHelpOptions = true,
            description =
                    "Adds a device, or changes the one with this id. Devices that send become known by themselves.")
    static final class AddDevice implements Callable<Integer> {
        @ParentCommand
        private @Nullable Site site;

        @Parameters(index = "0", paramLabel = "add", description = "The word 'add'.")
        private String verb = "";

        @Parameters(index = "1", paramLabel = "ID", description = "The name it logs in with.")
        private String id = "";

        @Option(names = "--type", defaultValue = "monitor")
        private String type = "monitor";

        @Option(names = "--bed")
        private @Nullable String bed;

        @Override
        public Integer call() {
            expectAdd(verb);
            return Site.parent(site).visit((database, clock) -> {
                var registry = new SqlRegistry(database.pool(), clock);
                DeviceId device = new DeviceId(id);
                registry.putDevice(new Device(
                        device,
                        type,
                        Optional.ofNullable(bed),
                        registry.device(device).flatMap(Device::gateway),
                        clock.instant()));
                System.out.println("device " + id);
                return 0;
            });
        }
    }

    private static void expectAdd(String verb) {
        if (!verb.equals("add")) {
            throw new IllegalArgumentException("expected 'add', was '" + verb + "'");
        }
    }

    @Command(
            name = "bind",
            mixinStandardHelpOptions = true,
            description = "Says that a device serves a patient. Readings that waited for it are attributed at once.")
    static final class Bind implements Callable<Integer> {
        @ParentCommand
        private @Nullable Site site;

        @Parameters(index = "0", paramLabel = "DEVICE")
        private String device = "";

        @Parameters(index = "1", paramLabel = "PATIENT")
        private String patient = "";

        @Option(names = "--from", description = "ISO 8601 instant, included; may lie in the past. Default: now.")
        private @Nullable Instant from;

        @Option(names = "--until", description = "ISO 8601 instant, excluded. Default: open.")
        private @Nullable Instant until;

        @Override
        public Integer call() {
            return Site.parent(site)
                    .visit((database, clock) -> told(Site.parent(site)
                            .registry(database, clock)
                            .bind(
                                    new DeviceId(device),
                                    patient,
                                    Optional.ofNullable(from).orElseGet(clock::instant),
                                    Optional.ofNullable(until))));
        }
    }

    @Command(
            name = "unbind",
            mixinStandardHelpOptions = true,
            description = "Ends a binding; readings from then on are attributed anew.")
    static final class Unbind implements Callable<Integer> {
        @ParentCommand
        private @Nullable Site site;

        @Parameters(paramLabel = "NUMBER", description = "As 'bindings' prints it.")
        private long number;

        @Option(names = "--at", description = "ISO 8601 instant; may lie in the past. Default: now.")
        private @Nullable Instant at;

        @Override
        public Integer call() {
            return Site.parent(site)
                    .visit((database, clock) -> told(Site.parent(site)
                            .registry(database, clock)
                            .endBinding(number, Optional.ofNullable(at).orElseGet(clock::instant))));
        }
    }

    @Command(
            name = "bindings",
            mixinStandardHelpOptions = true,
            description = "Prints every binding, tab-separated: number, device, patient, from, until.")
    static final class Bindings implements Callable<Integer> {
        @ParentCommand
        private @Nullable Site site;

        @Override
        public Integer call() {
            return Site.parent(site).visit((database, clock) -> {
                new SqlRegistry(database.pool(), clock)
                        .bindings()
                        .forEach(binding -> System.out.println(line(binding)));
                return 0;
            });
        }
    }
}
