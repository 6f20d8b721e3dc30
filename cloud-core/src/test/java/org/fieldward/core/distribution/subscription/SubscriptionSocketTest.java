package org.fieldward.core.distribution.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Doorkeeper;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.Sight;
import org.fieldward.core.access.route.Route;
import org.fieldward.core.distribution.FakeCore;
import org.fieldward.core.distribution.HttpDoor;
import org.fieldward.core.distribution.HttpSettings;
import org.fieldward.core.distribution.Mount;
import org.fieldward.core.distribution.outbox.Entry.Kind;
import org.fieldward.core.distribution.outbox.Entry.State;
import org.fieldward.core.distribution.outbox.Rig;
import org.fieldward.core.distribution.socket.SocketClient;
import org.fieldward.core.distribution.topic.BadQuestion;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Subscription;
import org.hl7.fhir.r4.model.Subscription.SubscriptionChannelType;
import org.hl7.fhir.r4.model.Subscription.SubscriptionStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Subscriptions over WebSocket, as those see them who are bound. */
class SubscriptionSocketTest {

    private static final String EVENT = "event-number\",\"valueString\":\"";

    private final Rig rig = new Rig().start();
    private final Map<String, Caller> callers = new ConcurrentHashMap<>();
    private final Doorkeeper doorkeeper = shown -> shown.bearer()
            .flatMap(bearer -> Optional.ofNullable(callers.get(bearer)))
            .<Doorkeeper.Answer>map(caller -> new Doorkeeper.Answer.Known(caller, Optional.empty()))
            .orElseGet(() -> new Doorkeeper.Answer.Unknown("nobody"));
    private final SubscriptionSocket socket = new SubscriptionSocket(
            new SubscriptionSocket.Parts(
                    rig.chart, rig.subscriptions, rig.receivers, rig.events, rig.tokens, doorkeeper),
            10,
            rig.clock);
    private final HttpDoor door = new FakeCore()
            .door(
                    HttpSettings.standard().withPort(0),
                    List.of(new Mount(
                            SubscriptionSocket.PATH, socket, List.of(Route.anyone("GET", SubscriptionSocket.PATH)))),
                    InstantSource.system());

    SubscriptionSocketTest() {
        callers.put("ann", caller("ann", Sight.EVERYTHING));
        callers.put("nora", caller("nora", Sight.of(Set.of("north"))));
    }

    private static Caller caller(String name, Sight sight) {
        return new Caller(name, "", Set.of(Role.CLINICIAN), sight);
    }

    @AfterEach
    void close() {
        door.close();
        rig.close();
    }

    private String url() {
        return "ws://127.0.0.1:" + door.port() + SubscriptionSocket.PATH;
    }

    private Subscription wish(String criteria, String content) {
        Subscription wish = rig.subscription(criteria, "https://example.org/", content);
        wish.getChannel().setType(SubscriptionChannelType.WEBSOCKET).setEndpoint(null);
        return wish;
    }

    private String subscribe(Subscription wish, Sight sight) {
        String id = rig.subscribe(wish, sight);
        rig.await(
                "it is active",
                () -> rig.receivers
                        .find(Kind.SUBSCRIPTION, id)
                        .filter(entry -> entry.state() == State.ACTIVE)
                        .isPresent());
        return id;
    }

    private String token(String who, String... ids) {
        var shown = new Doorkeeper.Shown(Optional.of("Bearer " + who), Optional.empty());
        return rig.tokens.issue(new BindingTokens.Bound(shown, List.of(ids))).text();
    }

    private SocketClient bound(String who, String id, String more) throws Exception {
        var client = new SocketClient(url());
        client.say("bind-with-token " + token(who, id) + more);
        assertThat(client.next()).contains("\"valueCode\":\"handshake\"", "Subscription/" + id);
        return client;
    }

    private void awaitTaken(String id, long number) {
        int receiver = rig.receivers.find(Kind.SUBSCRIPTION, id).orElseThrow().number();
        rig.await("event " + number + " is taken", () -> rig.events.taken(receiver) >= number);
    }

    @Test
    void a_bound_socket_is_greeted_and_told_every_event_with_its_number() throws Exception {
        String id = subscribe(wish(Rig.TOPIC + "observation", "full-resource"), Sight.EVERYTHING);
        try (SocketClient client = bound("ann", id, "")) {
            String first = rig.write(Rig.observation("p1", "8867-4"), Set.of());
            assertThat(client.next())
                    .contains("event-notification", EVENT + "1\"", "Observation/" + first, "\"valueCode\":\"active\"");
            rig.write(Rig.observation("p1", "8310-5"), Set.of());
            assertThat(client.next()).contains(EVENT + "2\"", "8310-5");
        }
    }

    @Test
    void what_was_missed_is_told_to_the_next_socket_and_what_was_read_is_not() throws Exception {
        String id = subscribe(wish(Rig.TOPIC + "observation", "id-only"), Sight.EVERYTHING);
        rig.write(Rig.observation("p1", "8867-4"), Set.of());
        try (SocketClient client = bound("ann", id, "")) {
            assertThat(client.next()).contains(EVENT + "1\"");
            awaitTaken(id, 1);
        }
        rig.write(Rig.observation("p1", "8867-4"), Set.of());
        try (SocketClient again = bound("ann", id, "")) {
            assertThat(again.next()).contains(EVENT + "2\"").doesNotContain(EVENT + "1\"");
        }
        try (SocketClient behind = bound("ann", id, " 0")) {
            assertThat(behind.next()).contains(EVENT + "1\"", EVENT + "2\"");
        }
    }

    @Test
    void who_is_bound_is_told_no_more_than_the_author_and_no_more_than_they_may_see_themselves() throws Exception {
        rig.write((Patient) new Patient().setId("p1"), Set.of("north"));
        rig.write((Patient) new Patient().setId("p2"), Set.of("south"));
        String all = subscribe(wish(Rig.TOPIC + "observation", "full-resource"), Sight.EVERYTHING);
        Subscription norths = wish(Rig.TOPIC + "observation", "full-resource");
        String north = subscribe(norths, Sight.of(Set.of("north")));
        try (SocketClient nora = bound("nora", all, "");
                SocketClient ann = bound("ann", north, "")) {
            rig.write(Rig.observation("p2", "8867-4"), Set.of("south"));
            rig.write(Rig.observation("p1", "8310-5"), Set.of("north"));

            String first = nora.next();
            String told = first.contains(EVENT + "2\"") ? first : first + nora.next();
            assertThat(told)
                    .contains(EVENT + "1\"", EVENT + "2\"", "8310-5", "p1")
                    .doesNotContain("p2", "8867-4");
            assertThat(ann.next()).contains(EVENT + "1\"", "8310-5").doesNotContain("p2", "8867-4");
        }
    }

    @Test
    void without_a_good_token_there_is_nothing_to_hear() throws Exception {
        String id = subscribe(wish(Rig.TOPIC + "observation", "id-only"), Sight.EVERYTHING);
        String hook = rig.subscribe(
                rig.subscription(Rig.TOPIC + "observation", "http://127.0.0.1:9/h", "id-only"), Sight.EVERYTHING);
        String souths = rig.subscribe(wish(Rig.TOPIC + "observation", "id-only"), Sight.of(Set.of("south")));
        rig.await("it", () -> rig.receivers.find(Kind.SUBSCRIPTION, souths).isPresent());
        String good = token("ann", id);
        String late = token("ann", id);
        for (String word : List.of(
                "bind-with-token",
                "bind-with-token nonsense",
                "bind-with-token " + good.substring(0, good.length() - 4) + "AAAA",
                "bind-with-token " + token("stranger", id),
                "bind-with-token " + token("nora", souths),
                "bind-with-token " + token("ann", hook),
                "bind-with-token " + good + " minus-one",
                "bind " + id,
                "hello")) {
            try (var client = new SocketClient(url())) {
                client.say(word);
                assertThat(client.end()).as(word).startsWith("1008 ");
                assertThat(client.rest()).isEmpty();
            }
        }
        rig.clock.forward(BindingTokens.LIFE);
        try (var client = new SocketClient(url())) {
            client.say("bind-with-token " + late);
            assertThat(client.end()).startsWith("1008 ");
        }
    }

    @Test
    void a_page_of_another_site_gets_no_socket() {
        assertThatThrownBy(() -> new SocketClient(url(), "Origin", "https://elsewhere.example"))
                .hasMessageContaining("WebSocketHandshakeException");
        assertThatThrownBy(() -> new SocketClient(url(), "Authorization", "Bearer stranger"))
                .hasMessageContaining("WebSocketHandshakeException");
    }

    @Test
    void a_subscription_that_is_switched_off_ends_its_socket() throws Exception {
        String id = subscribe(wish(Rig.TOPIC + "observation", "id-only"), Sight.EVERYTHING);
        try (SocketClient client = bound("ann", id, "")) {
            Subscription off = rig.stored(id);
            off.setStatus(SubscriptionStatus.OFF);
            rig.subscribe(off, Sight.EVERYTHING);

            assertThat(client.end()).isEqualTo("1000 the Subscription is off");
        }
    }

    @Test
    void a_socket_ends_when_who_is_bound_is_nobody_any_more_or_may_not_see_the_subscription() throws Exception {
        String id = subscribe(wish(Rig.TOPIC + "observation", "id-only"), Sight.of(Set.of("north")));
        try (SocketClient ann = bound("ann", id, "");
                SocketClient nora = bound("nora", id, "")) {
            callers.remove("ann");
            callers.put("nora", caller("nora", Sight.of(Set.of("south"))));
            rig.clock.forward(Duration.ofSeconds(11));

            assertThat(ann.end()).isEqualTo("1008 bind again");
            assertThat(nora.end()).isEqualTo("1008 bind again");
        }
    }

    @Test
    void as_r4_has_it_a_socket_that_showed_who_it_is_gets_pings() throws Exception {
        String id = subscribe(wish("Observation?code=8867-4", ""), Sight.EVERYTHING);
        try (var client = new SocketClient(url(), "Authorization", "Bearer ann")) {
            client.say("bind " + id);
            assertThat(client.next()).isEqualTo("bound " + id);
            rig.write(Rig.observation("p1", "8867-4"), Set.of());
            assertThat(client.next()).isEqualTo("ping " + id);
            awaitTaken(id, 1);
        }
    }

    @Test
    void a_socket_has_no_endpoint_and_is_never_given_up() {
        Subscription wish = wish(Rig.TOPIC + "observation", "id-only");
        wish.getChannel().setEndpoint("https://example.org/");
        assertThatThrownBy(() -> rig.subscribe(wish, Sight.EVERYTHING))
                .isInstanceOf(BadQuestion.class)
                .hasMessageContaining("endpoint");

        String id = subscribe(wish(Rig.TOPIC + "observation", "id-only"), Sight.EVERYTHING);
        rig.write(Rig.observation("p1", "8867-4"), Set.of());
        rig.await(
                "its event",
                () -> rig.receivers.find(Kind.SUBSCRIPTION, id).orElseThrow().events() == 1);
        rig.clock.forward(Duration.ofHours(100));
        rig.wake();
        String hook = subscribe(wish(Rig.TOPIC + "admission", "id-only"), Sight.EVERYTHING);
        assertThat(rig.receivers.find(Kind.SUBSCRIPTION, hook)).isPresent();
        assertThat(rig.receivers.find(Kind.SUBSCRIPTION, id).orElseThrow().state())
                .isEqualTo(State.ACTIVE);
    }

    @Test
    void a_subscriber_that_is_killed_again_and_again_sees_every_event_in_order() throws Exception {
        int events = 600;
        String id = subscribe(wish(Rig.TOPIC + "observation", "id-only"), Sight.EVERYTHING);
        var heard = new ArrayList<String>();
        var page = new ArrayList<Observation>();
        for (int i = 0; i < 20; i++) {
            page.add(Rig.observation("p" + i % 7, "8867-4"));
        }
        for (int i = 0; i < events / 20; i += 5) {
            try (SocketClient client = bound("ann", id, "")) {
                for (int k = 0; k < 5; k++) {
                    rig.write(page);
                }
                // Cut at some point of it; what is not read by then was not told.
                heard.addAll(client.next(2));
                client.close();
                heard.addAll(client.rest());
            }
        }
        try (SocketClient client = bound("ann", id, "")) {
            while (numbers(heard).isEmpty() || numbers(heard).getLast() < events) {
                heard.add(client.next());
            }
        }

        var distinct = new LinkedHashSet<>(numbers(heard));
        assertThat(distinct)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events).boxed().toList());
    }

    private static List<Long> numbers(List<String> heard) {
        return Pattern.compile(EVENT + "([0-9]+)")
                .matcher(String.join("", heard))
                .results()
                .map(found -> Long.parseLong(found.group(1)))
                .toList();
    }
}
