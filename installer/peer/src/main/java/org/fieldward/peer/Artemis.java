package org.fieldward.peer;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.io.aio.AIOSequentialFileFactory;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/**
 * ActiveMQ Artemis as an MQTT server that acknowledges a QoS 1 publish after its journal was synced, for as long as somebody
 * has a durable subscription. All else is as Artemis ships it, without logins and without plugins of any kind.
 */
public final class Artemis {

    private static final long MAX_BYTES_IN_MEMORY = 200L << 20;

    private Artemis() {}

    /** @param arguments the port of loopback, and the folder for the journal */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        Path folder = Path.of(arguments[1]);
        boolean isAsynchronous = AIOSequentialFileFactory.isSupported();
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(true)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setJournalType(isAsynchronous ? JournalType.ASYNCIO : JournalType.NIO)
                .setJournalDatasync(true)
                .setJournalSyncTransactional(true)
                .setJournalSyncNonTransactional(true)
                .setJournalDirectory(folder.resolve("journal").toString())
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                .addAcceptorConfiguration("mqtt", "tcp://127.0.0.1:" + port + "?protocols=MQTT")
                // What does not fit goes to synced pages instead of filling the heap.
                .addAddressSetting(
                        "#",
                        new AddressSettings()
                                .setMaxSizeBytes(MAX_BYTES_IN_MEMORY)
                                .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE));
        var server = new EmbeddedActiveMQ();
        server.setConfiguration(configuration);
        server.start();
        System.out.println("Artemis " + server.getActiveMQServer().getVersion().getFullVersion() + " is open, journal "
                + configuration.getJournalType() + ", datasync " + configuration.isJournalDatasync());
        new CountDownLatch(1).await();
    }
}
