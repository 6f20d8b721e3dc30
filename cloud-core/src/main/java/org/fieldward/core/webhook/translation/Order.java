package org.fieldward.core.webhook.translation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.webhook.hl7.Message;
import org.fieldward.core.webhook.hl7.Segment;

/**
 * What belongs together in a message of orders or results: one ORC, what is ordered, and what was found. Segments are told
 * apart by what stands before them, in whatever order they come.
 */
final class Order {

    /** A segment with the notes (NTE-3) that follow it. */
    record Noted(Segment segment, List<Segment> notes) {}

    private static final Set<String> BEGINS = Set.of("OBR", "RXO", "RXE", "TXA", "RQD", "ODS", "RXD", "RXA");
    private static final Set<String> DETAILS = Set.of("RXR", "TQ1", "SPM", "DG1", "CTD", "RXC");

    private final List<Segment> heads = new ArrayList<>();
    private final List<Segment> details = new ArrayList<>();
    private final List<Noted> results = new ArrayList<>();
    private final List<Segment> notes = new ArrayList<>();

    /**
     * The orders of a message; the first holds what stands before any ORC or OBR, such as observations of the patient, and
     * may hold nothing.
     */
    static List<Order> of(Message message) {
        var orders = new ArrayList<Order>();
        var current = new Order();
        orders.add(current);
        for (Segment segment : message.segments()) {
            if (current.isComplete(segment.name()) || orders.size() == 1 && begins(segment.name())) {
                current = new Order();
                orders.add(current);
            }
            current.take(segment);
        }
        return orders;
    }

    private static boolean begins(String name) {
        return name.equals("ORC") || BEGINS.contains(name) && !name.equals("TXA");
    }

    /** Whether the segment begins the next order: a second ORC, or a second OBR that has no ORC of its own. */
    private boolean isComplete(String next) {
        return switch (next) {
            case "ORC" -> !heads.isEmpty();
            case "OBR" -> has("OBR") || has("RXO") || has("RXE");
            case "RXO" -> has("RXO") || has("RXE") || has("OBR");
            // A pharmacy says RXO, what was asked for, and RXE, what it makes of it, of one order.
            case "RXE" -> has("RXE") || has("OBR");
            default -> false;
        };
    }

    private boolean has(String name) {
        return heads.stream().anyMatch(segment -> segment.name().equals(name));
    }

    private void take(Segment segment) {
        switch (segment.name()) {
            case "NTE" -> note(segment);
            case "OBX" -> results.add(new Noted(segment, new ArrayList<>()));
            case "ORC" -> heads.add(segment);
            default -> {
                if (BEGINS.contains(segment.name())) {
                    heads.add(segment);
                } else if (DETAILS.contains(segment.name())) {
                    details.add(segment);
                }
            }
        }
    }

    private void note(Segment segment) {
        if (results.isEmpty()) {
            notes.add(segment);
        } else {
            results.getLast().notes().add(segment);
        }
    }

    Optional<Segment> head(String name) {
        return heads.stream().filter(segment -> segment.name().equals(name)).findFirst();
    }

    List<Segment> details(String name) {
        return details.stream().filter(segment -> segment.name().equals(name)).toList();
    }

    List<Noted> results() {
        return results;
    }

    /** Notes about the order, not about a result of it. */
    List<Segment> notes() {
        return notes;
    }
}
