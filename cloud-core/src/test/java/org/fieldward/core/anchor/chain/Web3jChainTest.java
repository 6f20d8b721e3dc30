package org.fieldward.core.anchor.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Web3jChainTest implements ChainClientContract {

    private final Anvil anvil = Anvil.start();
    private final List<ChainClient> opened = new ArrayList<>();

    @AfterAll
    void stop() {
        anvil.close();
    }

    @AfterEach
    void close() {
        opened.forEach(ChainClient::close);
        opened.clear();
    }

    @Override
    public ChainClient open() {
        ChainClient client = anvil.client();
        opened.add(client);
        return client;
    }

    @Override
    public ChainClient unreachable() {
        return new Web3jChain("http://127.0.0.1:1", Anvil.CHAIN_ID, ChainKey.parse(Anvil.KEY));
    }

    @Override
    public void reorganise(int depth) {
        anvil.call("anvil_reorg", "[" + depth + ",[]]");
    }

    @Test
    void messages_do_not_carry_the_url_with_its_access_key() {
        try (var chain = new Web3jChain("http://127.0.0.1:1/secret-access-key", 1, ChainKey.parse(Anvil.KEY))) {
            assertThatThrownBy(chain::chainId)
                    .isInstanceOf(ChainException.class)
                    .hasMessage("the chain does not answer eth_chainId")
                    .hasStackTraceContaining("Web3jChain")
                    .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain("secret-access-key"));
        }
    }

    @Test
    void a_key_does_not_print() {
        assertThat(ChainKey.parse("0x" + Anvil.KEY)).hasToString("***");
        assertThatThrownBy(() -> ChainKey.parse("hunter2")).hasMessageNotContaining("hunter2");
    }
}
