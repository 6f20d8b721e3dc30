package org.fieldward.edge.app.command;

import java.util.concurrent.Callable;
import org.fieldward.edge.buffer.sqlite.BufferCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Exit code 0: every record is there and as it was written. */
@Command(
        name = "verify",
        description = "Check the buffer file: SQLite's own check, each group's checksum, and the sequences.",
        mixinStandardHelpOptions = true)
public final class VerifyCommand implements Callable<Integer> {

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Override
    public Integer call() {
        BufferCheck.Report report = BufferCheck.check(config.settings().data());
        System.out.printf(
                "epoch %d, next sequence %d: %d records in %d groups, %d damaged groups kept apart%n",
                report.epoch(), report.nextSequence(), report.records(), report.groups(), report.damagedGroups());
        report.findings().forEach(finding -> System.out.println("WRONG: " + finding));
        System.out.println(
                report.findings().isEmpty() ? "ok" : report.findings().size() + " findings");
        return report.findings().isEmpty() ? 0 : 2;
    }
}
