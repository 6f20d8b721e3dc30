package org.fieldward.core.anchor.chain;

class FakeChainTest implements ChainClientContract {

    private final FakeChain chain = new FakeChain();

    @Override
    public ChainClient open() {
        return chain;
    }

    @Override
    public ChainClient unreachable() {
        chain.down = true;
        return chain;
    }

    @Override
    public void reorganise(int depth) {
        chain.reorganise(depth);
    }
}
