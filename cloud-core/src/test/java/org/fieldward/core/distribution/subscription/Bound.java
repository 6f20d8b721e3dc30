package org.fieldward.core.distribution.subscription;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Doorkeeper;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.Sight;
import org.fieldward.core.distribution.outbox.Rig;
import org.fieldward.core.distribution.socket.Sockets;

/** A door with sockets for everybody, and tokens for them, with a key that tests know. */
public final class Bound {

    private Bound() {}

    /** As little of a door as there can be, quickly opened by a process that is killed again and again. */
    public static Server door(Rig rig, int port) throws Exception {
        var everybody = new Caller("somebody", "", Set.of(Role.CLINICIAN), Sight.EVERYTHING);
        var parts = new SubscriptionSocket.Parts(
                rig.chart,
                rig.subscriptions,
                rig.receivers,
                rig.events,
                rig.tokens,
                shown -> new Doorkeeper.Answer.Known(everybody, Optional.empty()));
        var context = new ServletContextHandler("/");
        Sockets.allow(context);
        var holder = new ServletHolder(new SubscriptionSocket(parts, 10, InstantSource.system()));
        context.addServlet(holder, SubscriptionSocket.PATH);
        var server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        server.setHandler(context);
        server.start();
        return server;
    }

    public static String token(String id) {
        return new BindingTokens(new byte[32], InstantSource.system())
                .issue(new BindingTokens.Bound(Doorkeeper.Shown.NOTHING, List.of(id)))
                .text();
    }
}
