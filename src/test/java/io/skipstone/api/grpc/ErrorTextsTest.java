package io.skipstone.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrorTextsTest {
    @Test
    void leavesPrintableCharactersAsTheyAre() {
        assertThat(ErrorTexts.encoded("etcdserver: a + b = 'c', ~d?")).isEqualTo("etcdserver: a + b = 'c', ~d?");
    }

    @Test
    void encodesAllOthersAndThePercentSign() {
        assertThat(ErrorTexts.encoded("100 %\nü")).isEqualTo("100 %25%0A%C3%BC");
    }
}
