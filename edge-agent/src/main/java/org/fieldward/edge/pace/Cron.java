package org.fieldward.edge.pace;

import java.time.LocalDateTime;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The minutes that an expression of five fields names: minute, hour, day of month, month, day of week (0 and 7 are Sunday).
 * A field is {@code *} or a list of numbers and ranges, each with an optional step: {@code 0-30/10,45}. As in every cron,
 * where both days are limited either will do (POSIX, crontab).
 */
public final class Cron {

    private static final List<Field> FIELDS = List.of(
            new Field("minute", 0, 59),
            new Field("hour", 0, 23),
            new Field("day of month", 1, 31),
            new Field("month", 1, 12),
            new Field("day of week", 0, 7));

    private final String text;
    private final List<BitSet> fields;
    private final boolean anyDayOfMonth;
    private final boolean anyDayOfWeek;

    private record Field(String name, int least, int most) {

        BitSet parse(String text) {
            var found = new BitSet(most + 1);
            for (String part : text.split(",", -1)) {
                add(part, found);
            }
            return found;
        }

        private void add(String part, BitSet found) {
            String[] stepped = part.split("/", -1);
            String[] ends = stepped[0].split("-", -1);
            boolean all = stepped[0].equals("*");
            if (stepped.length > 2 || ends.length > 2) {
                throw wrong(part);
            }
            int from = all ? least : number(ends[0], part);
            int to = all || ends.length == 1 && stepped.length == 2 ? most : number(ends[ends.length - 1], part);
            int step = stepped.length == 2 ? number(stepped[1], part) : 1;
            if (from < least || to > most || from > to || step < 1) {
                throw wrong(part);
            }
            for (int one = from; one <= to; one += step) {
                found.set(one);
            }
        }

        private int number(String digits, String part) {
            if (!digits.matches("[0-9]{1,2}")) {
                throw wrong(part);
            }
            return Integer.parseInt(digits);
        }

        private IllegalArgumentException wrong(String part) {
            return new IllegalArgumentException(name + " must be *, or numbers, ranges and steps from " + least + " to "
                    + most + ", was '" + part + "'");
        }
    }

    private Cron(String text, List<BitSet> fields, boolean anyDayOfMonth, boolean anyDayOfWeek) {
        this.text = text;
        this.fields = fields;
        this.anyDayOfMonth = anyDayOfMonth;
        this.anyDayOfWeek = anyDayOfWeek;
    }

    /** @throws IllegalArgumentException that names the field, the rule and what was found */
    public static Cron of(String text) {
        String[] parts = text.strip().split("\\s+");
        if (parts.length != FIELDS.size()) {
            throw new IllegalArgumentException("must have five fields (minute, hour, day of month, month, day of week),"
                    + " had " + parts.length + ": '" + text + "'");
        }
        List<BitSet> fields = IntStream.range(0, parts.length)
                .mapToObj(i -> FIELDS.get(i).parse(parts[i]))
                .toList();
        BitSet week = fields.get(4);
        week.set(0, week.get(0) || week.get(7));
        return new Cron(text.strip(), fields, parts[2].startsWith("*"), parts[4].startsWith("*"));
    }

    public boolean names(LocalDateTime minute) {
        boolean dayOfMonth = fields.get(2).get(minute.getDayOfMonth());
        boolean dayOfWeek = fields.get(4).get(minute.getDayOfWeek().getValue() % 7);
        boolean day = anyDayOfMonth || anyDayOfWeek ? dayOfMonth && dayOfWeek : dayOfMonth || dayOfWeek;
        return day
                && fields.get(0).get(minute.getMinute())
                && fields.get(1).get(minute.getHour())
                && fields.get(3).get(minute.getMonthValue());
    }

    @Override
    public String toString() {
        return text;
    }
}
