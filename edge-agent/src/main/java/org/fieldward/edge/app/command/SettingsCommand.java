package org.fieldward.edge.app.command;

import org.fieldward.edge.app.Settings;
import org.fieldward.edge.ingest.SettingKey;
import picocli.CommandLine.Command;

/** Prints a settings file with every key at its default. */
@Command(
        name = "settings",
        description = "Print every setting with its default and what it means.",
        mixinStandardHelpOptions = true)
public final class SettingsCommand implements Runnable {

    @Override
    public void run() {
        for (SettingKey key : Settings.keys()) {
            System.out.println("# " + key.meaning());
            System.out.println(key.name() + "=" + key.fallback());
            System.out.println();
        }
    }
}
