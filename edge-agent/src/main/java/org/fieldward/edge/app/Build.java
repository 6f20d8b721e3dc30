package org.fieldward.edge.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Properties;

/** @param built no clock that says less can be right */
public record Build(String version, Instant built) {

    public static Build read() {
        var properties = new Properties();
        try (InputStream in = Build.class.getResourceAsStream("build.properties")) {
            if (in == null) {
                throw new AgentException("the class path has no build.properties");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("could not read build.properties", e);
        }
        return new Build(properties.getProperty("version", ""), Instant.parse(properties.getProperty("built", "")));
    }
}
