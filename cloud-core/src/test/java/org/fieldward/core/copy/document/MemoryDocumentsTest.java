package org.fieldward.core.copy.document;

final class MemoryDocumentsTest extends DocumentStoreContract {

    @Override
    protected DocumentStore open() {
        return new MemoryDocuments();
    }
}
