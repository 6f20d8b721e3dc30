package org.fieldward.edge.ingest.packet;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The properties of one MQTT 5 packet. Immutable. */
public final class Properties {

    public static final Properties NONE = new Properties(Map.of(), List.of(), List.of());

    /** A name and a value that only sender and receiver understand. */
    public record UserProperty(String name, String value) {}

    private final Map<Property, Object> single;
    private final List<UserProperty> userProperties;
    private final List<Integer> subscriptionIdentifiers;

    private Properties(
            Map<Property, Object> single, List<UserProperty> userProperties, List<Integer> subscriptionIdentifiers) {
        this.single = single;
        this.userProperties = userProperties;
        this.subscriptionIdentifiers = subscriptionIdentifiers;
    }

    public static Builder builder() {
        return new Builder();
    }

    public OptionalLong number(Property property) {
        return single.get(property) instanceof Long number ? OptionalLong.of(number) : OptionalLong.empty();
    }

    public Optional<String> text(Property property) {
        return single.get(property) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    public Optional<ByteString> binary(Property property) {
        return single.get(property) instanceof ByteString bytes ? Optional.of(bytes) : Optional.empty();
    }

    public List<UserProperty> userProperties() {
        return userProperties;
    }

    public List<Integer> subscriptionIdentifiers() {
        return subscriptionIdentifiers;
    }

    /**
     * Those that go on from a publisher to subscribers (MQTT 5, section 3.3.2.3), with the identifiers of one of them. How
     * long the message is good for is said anew to each.
     */
    public Properties forwarded(List<Integer> identifiers) {
        if (isEmpty() && identifiers.isEmpty()) {
            return NONE;
        }
        var kept = new EnumMap<Property, Object>(Property.class);
        kept.putAll(single);
        kept.remove(Property.TOPIC_ALIAS);
        kept.remove(Property.WILL_DELAY);
        kept.remove(Property.MESSAGE_EXPIRY);
        return new Properties(kept, userProperties, List.copyOf(identifiers));
    }

    /** These, with one number set or replaced. */
    public Properties with(Property property, long value) {
        var changed = new EnumMap<Property, Object>(Property.class);
        changed.putAll(single);
        changed.put(property, value);
        return new Properties(changed, userProperties, subscriptionIdentifiers);
    }

    /** As they stand on the wire, for keeping; {@link #decode} reads them. */
    public ByteString encode() {
        var out = new PacketBytes();
        writeTo(out);
        return ByteString.copyFrom(out.take());
    }

    /** @throws IllegalArgumentException if these are not bytes that {@link #encode} made */
    public static Properties decode(ByteString encoded) {
        byte[] bytes = encoded.toByteArray();
        try {
            var cursor = new Cursor(bytes, 0, bytes.length);
            return parse(PacketType.KEPT, cursor.sub(cursor.variable()));
        } catch (Broken e) {
            throw new IllegalArgumentException(
                    "these are not MQTT properties: " + e.violation().rule(), e);
        }
    }

    public boolean isEmpty() {
        return single.isEmpty() && userProperties.isEmpty() && subscriptionIdentifiers.isEmpty();
    }

    /** Known, allowed in this packet, once, and within the range that the standard gives. */
    static Properties parse(PacketType carrier, Cursor body) {
        Builder properties = builder();
        while (body.left() > 0) {
            one(carrier, body, properties);
        }
        Properties parsed = properties.build();
        if (carrier == PacketType.CONNECT
                && parsed.binary(Property.AUTHENTICATION_DATA).isPresent()
                && parsed.text(Property.AUTHENTICATION_METHOD).isEmpty()) {
            throw Broken.protocol("authentication data needs an authentication method");
        }
        return parsed;
    }

    private static void one(PacketType carrier, Cursor body, Builder properties) {
        Property property = Property.of(body.variable());
        if (!property.mayStandIn(carrier)) {
            throw Broken.protocol("the property " + property + " must not stand in a " + carrier);
        }
        switch (property.kind()) {
            case FLAG -> properties.number(property, flag(property, body.one()));
            case TWO_BYTES -> properties.number(property, checked(property, body.two()));
            case FOUR_BYTES -> properties.number(property, checked(property, body.four()));
            case VARIABLE -> {
                int identifier = (int) checked(property, body.variable());
                if (carrier != PacketType.KEPT && !properties.hasNoSubscriptionIdentifier()) {
                    throw Broken.protocol("a client must give one subscription identifier at most");
                }
                properties.subscriptionIdentifier(identifier);
            }
            case TEXT -> {
                String text = body.text();
                if (property == Property.RESPONSE_TOPIC) {
                    text = PacketParser.topic(text);
                }
                properties.text(property, text);
            }
            case BINARY -> properties.binary(property, body.binary());
            case PAIR -> properties.user(body.text(), body.text());
        }
    }

    private static int flag(Property property, int value) {
        if (value > 1) {
            throw Broken.protocol("the property " + property + " must be 0 or 1");
        }
        return value;
    }

    private static long checked(Property property, long value) {
        boolean neverZero = switch (property) {
            case RECEIVE_MAXIMUM, MAXIMUM_PACKET_SIZE, SUBSCRIPTION_IDENTIFIER, TOPIC_ALIAS -> true;
            default -> false;
        };
        if (neverZero && value == 0) {
            throw property == Property.TOPIC_ALIAS
                    ? Broken.of(Reason.TOPIC_ALIAS_INVALID, "a topic alias must not be 0")
                    : Broken.protocol("the property " + property + " must not be 0");
        }
        return value;
    }

    void writeTo(PacketBytes out) {
        var body = new PacketBytes();
        single.forEach((property, value) -> {
            body.put(property.id());
            switch (property.kind()) {
                case FLAG -> body.put(((Long) value).intValue());
                case TWO_BYTES -> body.putShort(((Long) value).intValue());
                case FOUR_BYTES -> body.putInt((Long) value);
                case VARIABLE -> body.putVariable(((Long) value).intValue());
                case TEXT -> body.putText((String) value);
                case BINARY -> body.putBinary((ByteString) value);
                case PAIR -> throw new IllegalStateException("user properties stand apart");
            }
        });
        for (int identifier : subscriptionIdentifiers) {
            body.put(Property.SUBSCRIPTION_IDENTIFIER.id());
            body.putVariable(identifier);
        }
        for (UserProperty user : userProperties) {
            body.put(Property.USER_PROPERTY.id());
            body.putText(user.name());
            body.putText(user.value());
        }
        out.putVariable(body.size());
        out.putAll(body);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Properties that
                && single.equals(that.single)
                && userProperties.equals(that.userProperties)
                && subscriptionIdentifiers.equals(that.subscriptionIdentifiers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(single, userProperties, subscriptionIdentifiers);
    }

    /** Used by one thread. */
    public static final class Builder {
        private final Map<Property, Object> single = new EnumMap<>(Property.class);
        private final List<UserProperty> userProperties = new ArrayList<>();
        private final List<Integer> subscriptionIdentifiers = new ArrayList<>();

        public Builder number(Property property, long value) {
            return put(property, value);
        }

        public Builder text(Property property, String value) {
            return put(property, value);
        }

        public Builder binary(Property property, ByteString value) {
            return put(property, value);
        }

        public Builder user(String name, String value) {
            userProperties.add(new UserProperty(name, value));
            return this;
        }

        public Builder subscriptionIdentifier(int identifier) {
            subscriptionIdentifiers.add(identifier);
            return this;
        }

        boolean hasNoSubscriptionIdentifier() {
            return subscriptionIdentifiers.isEmpty();
        }

        private Builder put(Property property, Object value) {
            if (single.put(property, value) != null) {
                throw Broken.protocol("the property " + property + " came twice");
            }
            return this;
        }

        public Properties build() {
            return new Properties(single, List.copyOf(userProperties), List.copyOf(subscriptionIdentifiers));
        }
    }
}
