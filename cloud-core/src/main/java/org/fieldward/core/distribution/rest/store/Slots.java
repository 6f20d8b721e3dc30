package org.fieldward.core.distribution.rest.store;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Outcome;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Slot;
import org.hl7.fhir.r4.model.Slot.SlotStatus;

/**
 * Keeps Slots true to the Appointments that hold them, in the same transaction: who books a Slot that is not free is told
 * so, and of two who do so at once one succeeds.
 */
final class Slots {

    private final Bodies bodies;

    Slots(Bodies bodies) {
        this.bodies = bodies;
    }

    /**
     * To be called before the Appointment itself is written.
     *
     * @param before what it was
     * @param after what it shall be; empty: deleted
     * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 409 where a Slot is not free
     */
    void follow(Desk desk, Optional<Resource> before, Optional<Resource> after) {
        Set<Key> held = held(before);
        Set<Key> wanted = held(after);
        for (Key slot : wanted) {
            if (!held.contains(slot)) {
                turn(desk, slot, SlotStatus.FREE, SlotStatus.BUSY);
            }
        }
        for (Key slot : held) {
            if (!wanted.contains(slot)) {
                turn(desk, slot, SlotStatus.BUSY, SlotStatus.FREE);
            }
        }
    }

    private void turn(Desk desk, Key key, SlotStatus from, SlotStatus to) {
        Optional<Version> found = desk.read(key).filter(version -> !version.isDeleted());
        boolean freeing = to == SlotStatus.FREE;
        if (found.isEmpty()) {
            if (freeing) {
                return;
            }
            throw Refusal.conflict("Appointment.slot", "must be a Slot that is there");
        }
        Slot slot = (Slot) bodies.of(found.get());
        if (slot.getStatus() != from) {
            if (freeing) {
                // Somebody closed it for another reason: that stays.
                return;
            }
            throw taken();
        }
        slot.setStatus(to);
        Outcome outcome =
                desk.apply(new Change.Update(slot, OptionalLong.of(found.get().version())));
        if (outcome instanceof Outcome.Stale) {
            throw taken();
        }
    }

    private static RuntimeException taken() {
        return Refusal.conflict("Appointment.slot", "the Slot is not free");
    }

    /** The Slots that an Appointment takes from others. */
    private static Set<Key> held(Optional<Resource> resource) {
        var slots = new LinkedHashSet<Key>();
        if (resource.orElse(null) instanceof Appointment appointment && holds(appointment)) {
            for (Reference reference : appointment.getSlot()) {
                String id = reference.getReferenceElement().getIdPart();
                String type = reference.getReferenceElement().getResourceType();
                if ("Slot".equals(type) && id != null && Key.isId(id)) {
                    slots.add(new Key("Slot", id));
                }
            }
        }
        return slots;
    }

    private static boolean holds(Appointment appointment) {
        if (appointment.getStatus() == null) {
            return false;
        }
        return switch (appointment.getStatus()) {
            case BOOKED, PENDING, ARRIVED, CHECKEDIN, FULFILLED -> true;
            case PROPOSED, CANCELLED, NOSHOW, ENTEREDINERROR, WAITLIST, NULL -> false;
        };
    }
}
