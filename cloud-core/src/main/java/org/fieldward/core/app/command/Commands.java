package org.fieldward.core.app.command;

import java.util.List;
import org.fieldward.core.app.check.MappingCommands;
import org.fieldward.core.app.check.VerifyCommand;
import org.fieldward.core.app.check.VerifyStatementCommand;

/** What an operator can do beside running the core, in the order in which the help tells of it. */
public final class Commands {

    private Commands() {}

    /** Classes of commands, whose parent is a {@link org.fieldward.core.app.assembly.Site}. */
    public static List<Class<?>> all() {
        return List.of(
                GatewayCommand.class,
                ImportCommand.class,
                RegistryCommands.AddPatient.class,
                RegistryCommands.AddDevice.class,
                RegistryCommands.Bind.class,
                RegistryCommands.Unbind.class,
                RegistryCommands.Bindings.class,
                SourceCommands.class,
                ArrivalCommands.class,
                MappingCommands.class,
                VerifyCommand.class,
                VerifyStatementCommand.class,
                PersonCommand.class,
                AuditCommand.class,
                LedgerCommand.class,
                ArchiveCommand.class,
                CopyCommand.class);
    }
}
