package org.fieldward.proto.reading;

/**
 * The name a device logs in with: 1 to 64 of {@code A-Z a-z 0-9 . _ -}, beginning with a letter or digit. The alphabet
 * is closed so that a name can never be a wildcard, a path or a pattern of a topic.
 */
public record DeviceId(String name) implements Comparable<DeviceId> {

    public static final int MAX_LENGTH = 64;

    public DeviceId {
        if (!isValid(name)) {
            throw new IllegalArgumentException(
                    "device must be 1 to 64 of A-Z a-z 0-9 . _ - and begin with a letter or digit, was "
                            + (name.length() > MAX_LENGTH
                                    ? name.length() + " characters"
                                    : "'" + printable(name) + "'"));
        }
    }

    public static boolean isValid(String name) {
        if (name.isEmpty() || name.length() > MAX_LENGTH || !isLetterOrDigit(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isLetterOrDigit(c) && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static String printable(String name) {
        return name.replaceAll("[^\\x20-\\x7e]", "?");
    }

    @Override
    public int compareTo(DeviceId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
