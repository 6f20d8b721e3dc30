package org.fieldward.edge.buffer;

class InMemoryBufferTest implements ReadingBufferContract {

    private final InMemoryBuffer buffer = new InMemoryBuffer(10_000_000);

    @Override
    public ReadingBuffer open() {
        return buffer;
    }

    @Override
    public ReadingBuffer openSmall() {
        return new InMemoryBuffer(smallRoom());
    }

    @Override
    public int smallRoom() {
        return 1000;
    }

    @Override
    public int tooMany() {
        return 1001;
    }
}
