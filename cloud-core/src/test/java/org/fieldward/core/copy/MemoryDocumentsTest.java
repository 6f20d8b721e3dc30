package org.fieldward.core.copy;

final class MemoryDocumentsTest extends DocumentStoreContract {

    @Override
    protected DocumentStore open() {
        return new MemoryDocuments();
    }
}
