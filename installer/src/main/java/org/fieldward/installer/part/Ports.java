package org.fieldward.installer.part;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Free ports of loopback. Somebody may take one before it is used: then the part that wanted it says so. */
public final class Ports {

    private Ports() {}

    public static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new PartException("this machine has no free port", e);
        }
    }
}
