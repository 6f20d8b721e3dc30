package org.fieldward.core.copy.document;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.fieldward.core.chart.Key;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Documents in Redis: one hash each under {@code fieldward:Patient/17} with the fields {@code version}, {@code updated},
 * {@code facilities}, {@code patients}, {@code checksum} and {@code json} (empty where deleted), and a sorted set of all
 * their names, {@code fieldward:index}.
 */
public final class RedisDocuments implements DocumentStore {

    private static final String PREFIX = "fieldward:";
    private static final String INDEX = PREFIX + "index";
    private static final int PORT = 6379;
    private static final List<String> FIELDS =
            List.of("version", "updated", "facilities", "patients", "checksum", "json");

    /** What is held under a name, as one text; empty where that is not in the index. */
    private static final String TEXT = """
            local function text(document, index, name)
              if not redis.call('ZSCORE', index, name) then return '' end
              local held = redis.pcall('HMGET', document, 'version', 'updated', 'facilities', 'patients', 'checksum', 'json')
              if held.err then return name .. '\\n!' end
              for i = 1, 6 do held[i] = held[i] or '' end
              return name .. '\\n' .. table.concat(held, '\\n') .. '\\n'
            end
            """;

    private static final String WRITE = """
            redis.call('DEL', KEYS[1])
            redis.call('HSET', KEYS[1], 'version', ARGV[3], 'updated', ARGV[4], 'facilities', ARGV[5],
              'patients', ARGV[6], 'checksum', ARGV[7], 'json', ARGV[8])
            redis.call('ZADD', KEYS[2], 0, ARGV[1])
            """;

    /** Keys: document, index. Arguments: name, nothing, fields. */
    private static final String PUT = """
            if redis.call('TYPE', KEYS[1]).ok == 'hash' then
              local held = tonumber(redis.call('HGET', KEYS[1], 'version') or '0') or 0
              if held >= tonumber(ARGV[3]) then
                redis.call('ZADD', KEYS[2], 0, ARGV[1])
                return 0
              end
            end
            """ + WRITE + "return 1";

    /** The same, with the SHA-1 of the text that must be there. */
    private static final String MEND = TEXT
            + "if redis.sha1hex(text(KEYS[1], KEYS[2], ARGV[1])) ~= ARGV[2] then return 0 end\n" + WRITE + "return 1";

    private static final String REMOVE =
            TEXT + "if redis.sha1hex(text(KEYS[1], KEYS[2], ARGV[1])) ~= ARGV[2] then return 0 end\n"
                    + "redis.call('DEL', KEYS[1])\nredis.call('ZREM', KEYS[2], ARGV[1])\nreturn 1";

    /** Keys: index. Arguments: from, to, prefix. A range that holds too many is different from any of ours. */
    private static final String SUM = TEXT + """
            local names = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], ARGV[2], 'LIMIT', 0, 1025)
            if #names == 1025 then return 'many' end
            local all = {}
            for i, name in ipairs(names) do all[i] = text(ARGV[3] .. name, KEYS[1], name) end
            return redis.sha1hex(table.concat(all))
            """;

    private final JedisPooled redis;

    /**
     * @param url {@code redis://HOST:PORT/NUMBER}, or {@code rediss} for TLS; without user and password
     * @param patience for a connection and for an answer
     */
    public RedisDocuments(URI url, Optional<String> user, Optional<String> password, Duration patience) {
        int millis = (int) patience.toMillis();
        var config = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(millis)
                .socketTimeoutMillis(millis)
                .ssl("rediss".equals(url.getScheme()))
                .database(number(url));
        user.ifPresent(config::user);
        password.ifPresent(config::password);
        redis = new JedisPooled(
                new HostAndPort(url.getHost(), url.getPort() < 0 ? PORT : url.getPort()), config.build());
    }

    private static int number(URI url) {
        String path = Optional.ofNullable(url.getPath()).orElse("").replace("/", "");
        return path.isEmpty() ? 0 : Integer.parseInt(path);
    }

    private static <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (JedisException e) {
            // Its message may hold an argument, and so a document.
            throw new CopyException("Redis failed (" + e.getClass().getSimpleName() + ")");
        }
    }

    @Override
    public Set<Key> put(List<Document> documents) {
        return ask(() -> {
            try (Pipeline pipeline = redis.pipelined()) {
                var answers = new ArrayList<Response<Object>>();
                for (Document document : documents) {
                    answers.add(pipeline.eval(PUT, keys(document.key()), arguments(document, "")));
                }
                pipeline.sync();
                // An answer that is an error is thrown here.
                answers.forEach(Response::get);
                return Set.of();
            }
        });
    }

    private static List<String> keys(Key key) {
        return List.of(PREFIX + key, INDEX);
    }

    private static List<String> arguments(Document document, String mark) {
        var arguments = new ArrayList<String>();
        arguments.add(document.key().toString());
        arguments.add(mark);
        arguments.addAll(fields(document));
        return arguments;
    }

    private static List<String> fields(Document document) {
        return List.of(
                Long.toString(document.version()),
                document.updatedAt().toString(),
                String.join(" ", document.facilities()),
                String.join(" ", document.patients()),
                document.checksum(),
                document.json());
    }

    @Override
    public String sum(Optional<Key> after, Optional<Key> upTo) {
        return ask(() -> String.valueOf(redis.eval(SUM, List.of(INDEX), List.of(from(after), to(upTo), PREFIX))));
    }

    private static String from(Optional<Key> after) {
        return after.map(key -> "(" + key).orElse("-");
    }

    private static String to(Optional<Key> upTo) {
        return upTo.map(key -> "[" + key).orElse("+");
    }

    @Override
    public String sumOf(List<Document> documents) {
        var all = new StringBuilder();
        documents.forEach(document -> all.append(text(document.key().toString(), fields(document))));
        return sha1(all.toString());
    }

    private static String text(String name, List<String> fields) {
        return name + "\n" + String.join("\n", fields) + "\n";
    }

    private static String sha1(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** What stands there, as it stands, and what it amounts to. */
    private record Found(Held held, String mark) {}

    @Override
    public List<Held> held(Optional<Key> after, Optional<Key> upTo, int limit) {
        List<Key> keys = ask(() -> redis.zrangeByLex(INDEX, from(after), to(upTo), 0, limit)).stream()
                .map(Keys::read)
                .toList();
        return find(keys).values().stream().map(Found::held).toList();
    }

    @Override
    public Map<Key, Held> held(Collection<Key> keys) {
        var held = new HashMap<Key, Held>();
        find(keys).forEach((key, found) -> held.put(key, found.held()));
        return held;
    }

    /** What Redis will say of a key. */
    private record Asked(Key key, Response<Double> listed, Response<List<String>> fields) {}

    /** In the order in which they are asked for. */
    private Map<Key, Found> find(Collection<Key> keys) {
        return ask(() -> {
            var all = new ArrayList<Asked>();
            try (Pipeline pipeline = redis.pipelined()) {
                for (Key key : keys) {
                    all.add(new Asked(
                            key,
                            pipeline.zscore(INDEX, key.toString()),
                            pipeline.hmget(PREFIX + key, FIELDS.toArray(String[]::new))));
                }
                pipeline.sync();
            }
            var found = new LinkedHashMap<Key, Found>();
            for (Asked asked : all) {
                if (asked.listed().get() != null) {
                    found.put(asked.key(), found(asked.key(), asked.fields()));
                }
            }
            return found;
        });
    }

    private static Found found(Key key, Response<List<String>> answer) {
        List<String> fields;
        try {
            fields = answer.get().stream().map(RedisDocuments::text).toList();
        } catch (JedisException e) {
            // Something else stands under that name.
            return new Found(new Held(key, 0, ""), sha1(key + "\n!"));
        }
        String mark = sha1(text(key.toString(), fields));
        try {
            var document = new Document(
                    key,
                    Long.parseLong(fields.get(0)),
                    Instant.parse(fields.get(1)),
                    fields.get(5),
                    words(fields.get(2)),
                    words(fields.get(3)));
            Held held = document.held();
            return new Found(held.checksum().equals(fields.get(4)) ? held : new Held(key, held.version(), ""), mark);
        } catch (NumberFormatException | DateTimeException | CopyException e) {
            return new Found(new Held(key, 0, ""), mark);
        }
    }

    private static String text(@Nullable String field) {
        return field == null ? "" : field;
    }

    private static TreeSet<String> words(String text) {
        var words = new TreeSet<>(Arrays.asList(text.split(" ")));
        words.remove("");
        return words;
    }

    @Override
    public Set<Key> mend(List<Mend> mends) {
        Map<Key, Found> now = find(mends.stream().map(Mend::key).toList());
        return ask(() -> {
            try (Pipeline pipeline = redis.pipelined()) {
                var answers = new ArrayList<Response<Object>>();
                for (Mend mend : mends) {
                    Optional<Found> found = Optional.ofNullable(now.get(mend.key()));
                    if (!found.map(Found::held).equals(mend.seen())) {
                        continue;
                    }
                    String mark = found.map(Found::mark).orElse(sha1(""));
                    answers.add(mend.wanted()
                            .map(document -> pipeline.eval(MEND, keys(mend.key()), arguments(document, mark)))
                            .orElseGet(() -> pipeline.eval(
                                    REMOVE, keys(mend.key()), List.of(mend.key().toString(), mark))));
                }
                pipeline.sync();
                answers.forEach(Response::get);
                return Set.of();
            }
        });
    }

    @Override
    public void close() {
        redis.close();
    }
}
