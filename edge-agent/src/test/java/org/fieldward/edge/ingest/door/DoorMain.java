package org.fieldward.edge.ingest.door;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The test door for trying by hand: two arguments, a folder for its files and the number of event loops. */
final class DoorMain {

    private DoorMain() {}

    public static void main(String[] args) throws Exception {
        Path home = Files.createDirectories(Path.of(args[0]));
        var door = new TestDoor(home, Map.of("mqtt.event-loops", args[1]));
        door.client("pump-3");
        System.out.println("plain=" + door.plainPort() + " tls=" + door.tlsPort());
        for (int shown = -1; ; ) {
            int now = door.store.readings().size() + door.store.rejected().size();
            if (now != shown) {
                System.out.println(door.store.readings().size() + " readings " + door.store.rejected() + " "
                        + door.store.statuses().stream()
                                .map(one -> one.device() + "=" + one.status())
                                .toList());
                shown = now;
            }
            java.util.concurrent.locks.LockSupport.parkNanos(300_000_000L);
        }
    }
}
