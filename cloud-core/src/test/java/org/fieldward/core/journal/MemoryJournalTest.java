package org.fieldward.core.journal;

final class MemoryJournalTest implements JournalContract {
    @Override
    public Journal journal() {
        return new MemoryJournal();
    }
}
