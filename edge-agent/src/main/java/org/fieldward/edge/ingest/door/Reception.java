package org.fieldward.edge.ingest.door;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.fieldward.edge.ingest.access.AccountException;
import org.fieldward.edge.ingest.access.Doorkeeper.Attempt;
import org.fieldward.edge.ingest.access.Doorkeeper.Publishing;
import org.fieldward.edge.ingest.access.Identity;
import org.fieldward.edge.ingest.door.pipe.Pipe;
import org.fieldward.edge.ingest.packet.Inbound.Connect;
import org.fieldward.edge.ingest.packet.Reason;
import org.fieldward.edge.ingest.session.SessionKey;
import org.fieldward.edge.ingest.session.Sessions.Entered;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From CONNECT to CONNACK: who is it, may it come in under this name, and which session is its own. Event loop only. */
final class Reception {

    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

    private final MqttDoor door;
    private final Connection connection;
    private final Pipe pipe;

    Reception(MqttDoor door, Connection connection, Pipe pipe) {
        this.door = door;
        this.connection = connection;
        this.pipe = pipe;
    }

    void receive(Connect connect) {
        Optional<Reason> refusal = Greeting.refusal(connect);
        if (refusal.isPresent()) {
            connection.refuse(refusal.get(), "its CONNECT asks for what is not there");
            return;
        }
        var attempt = new Attempt(pipe.address(), pipe.certificate(), connect.username(), connect.password());
        CompletionStage<Optional<Identity>> login = door.doorkeeper().login(attempt);
        connection.hold(login, (identity, failure) -> {
            if (failure instanceof AccountException
                    || (failure != null && failure.getCause() instanceof AccountException)) {
                connection.refuse(Reason.SERVER_BUSY, "too many logins wait or came to nothing");
            } else if (failure != null) {
                LOG.error("A login from {} could not be checked: {}", pipe.address(), failure.toString());
                connection.refuse(Reason.SERVER_UNAVAILABLE, "its login could not be checked");
            } else if (identity.isEmpty()) {
                connection.refuse(Reason.BAD_USER_NAME_OR_PASSWORD, "unknown name or wrong password");
            } else {
                known(connect, identity.get());
            }
        });
    }

    private void known(Connect connect, Identity identity) {
        String clientId = connect.clientId().isEmpty() ? door.assignClientId(identity) : connect.clientId();
        if (!door.doorkeeper().mayUseClientId(identity, clientId)) {
            connection.refuse(Reason.NOT_AUTHORIZED, "its client id is not its own");
            return;
        }
        boolean willDenied = connect.will()
                .filter(will -> door.doorkeeper().publishing(identity, will.topic()) instanceof Publishing.Denied)
                .isPresent();
        if (willDenied) {
            connection.refuse(Reason.NOT_AUTHORIZED, "its will has a topic that is not its own");
            return;
        }
        long expiry = Greeting.expirySeconds(connect, door.limits());
        Entered entered =
                door.sessions().enter(new SessionKey(identity, clientId), connection, connect.cleanStart(), expiry);
        var visit = new Visit(door, entered, connect, connection.out(), connection);
        connection.admitted(visit);
        entered.unsaid().forEach(farewell -> Visit.execute(door, farewell));
        connection.hold(door.settled(entered.session()), (nothing, failure) -> {
            if (Greeting.accept(connect, clientId, entered.present(), door.limits(), connection.out())) {
                connection.open();
            } else {
                connection.out().take();
                connection.close();
            }
        });
    }
}
