package org.fieldward.installer.part;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the parts are started on this machine. */
public interface Install {

    /** The command line of one part. */
    List<String> command(Part part, List<String> arguments);

    enum Part {
        EDGE_AGENT("edge-agent", "org.fieldward.edge.app.Main"),
        CLOUD_CORE("cloud-core", "org.fieldward.core.app.Main"),
        DEVICE_SIMULATOR("device-simulator", "org.fieldward.simulator.app.DeviceSimulator");

        private final String launcher;
        private final String mainClass;

        Part(String launcher, String mainClass) {
            this.launcher = launcher;
            this.mainClass = mainClass;
        }

        @Override
        public String toString() {
            return launcher;
        }
    }

    /**
     * By the launchers that an operator uses.
     *
     * @param bin the folder they are in
     */
    record Launchers(Path bin) implements Install {
        @Override
        public List<String> command(Part part, List<String> arguments) {
            var command = new ArrayList<String>();
            command.add(bin.resolve(part.launcher).toString());
            command.addAll(arguments);
            return command;
        }
    }

    /** From the classes this process runs with: for tests, which must not depend on what was packaged before. */
    record OfThisProcess() implements Install {
        @Override
        public List<String> command(Part part, List<String> arguments) {
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(
                    List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
            command.add(part == Part.EDGE_AGENT ? "-Xmx96m" : "-Xmx512m");
            command.addAll(List.of("-cp", classPath(part), part.mainClass));
            command.addAll(arguments);
            return command;
        }

        /** Neither the tests' classes nor those of other parts, whose logging settings must not meet this part's. */
        private static String classPath(Part part) {
            return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> !entry.endsWith("test-classes"))
                    .filter(entry -> Stream.of(Part.values()).noneMatch(other -> other != part && isOf(other, entry)))
                    .collect(Collectors.joining(File.pathSeparator));
        }

        private static boolean isOf(Part part, String entry) {
            return entry.contains(File.separator + part.launcher + File.separator);
        }
    }
}
