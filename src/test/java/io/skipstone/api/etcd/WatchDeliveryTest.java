package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.api.Statuses;
import io.skipstone.api.etcd.v3.WatchResponse;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.NodeStatus.Role;
import io.skipstone.model.SkipstoneException.TooLarge;
import io.skipstone.model.Timestamp;
import io.skipstone.watch.WatchEvent;
import io.skipstone.watch.WatchItem;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WatchDeliveryTest {
    private static final Timestamp AT = new Timestamp(9);

    private static WatchDelivery delivery(boolean noPut, boolean fragment) {
        return new WatchDelivery(
                3,
                new WatchOptions(false, noPut, false, fragment, true),
                new EtcdHeader(() -> Statuses.of(Role.LEADER, Optional.of("n1"))));
    }

    private static WatchEvent put(String key, int valueBytes) {
        var row = new KeyValue(Key.utf8(key), Bytes.wrap(new byte[valueBytes]), 5, 5, 1, AT, Timestamp.NONE);
        return new WatchEvent(Key.utf8(key), 5, AT, Optional.of(row), Optional.empty());
    }

    private static WatchEvent delete(String key) {
        return new WatchEvent(Key.utf8(key), 5, AT, Optional.empty(), Optional.empty());
    }

    private static WatchItem.Events events(boolean isFragment, WatchEvent... events) {
        return new WatchItem.Events(5, AT, Arrays.asList(events), isFragment);
    }

    @Test
    void theFragmentsOfARevisionAreOneAnswer() {
        WatchDelivery whole = delivery(false, false);

        assertThat(whole.answers(events(true, put("a", 1)))).isEmpty();
        List<WatchResponse> answers = whole.answers(events(false, delete("b")));

        assertThat(answers).hasSize(1);
        assertThat(answers.getFirst().getEventsCount()).isEqualTo(2);
        assertThat(answers.getFirst().getFragment()).isFalse();
        assertThat(answers.getFirst().getWatchId()).isEqualTo(3);
        assertThat(answers.getFirst().getHeader().getRevision()).isEqualTo(6);
        assertThat(whole.answers(events(false, delete("c"))).getFirst().getEventsCount())
                .isEqualTo(1);
    }

    @Test
    void aRevisionThatIsTooMuchForOneAnswerIsRefused() {
        WatchDelivery whole = delivery(false, false);
        int half = WatchDelivery.WHOLE_BYTES / 2;

        assertThat(whole.answers(events(true, put("a", half)))).isEmpty();
        WatchItem.Events more = events(true, put("b", half));
        assertThatThrownBy(() -> whole.answers(more)).isInstanceOf(TooLarge.class);
    }

    @Test
    void whoTakesFragmentsGetsThemAsTheyComeAndOnceMoreCut() {
        WatchDelivery fragments = delivery(false, true);
        int large = WatchDelivery.FRAGMENT_BYTES - 100;

        assertThat(fragments.answers(events(true, put("a", large), put("b", large))))
                .extracting(WatchResponse::getFragment)
                .containsExactly(true, true);
        assertThat(fragments.answers(events(false, put("c", large), put("d", large))))
                .extracting(WatchResponse::getFragment)
                .containsExactly(true, false);
    }

    @Test
    void theEndOfARevisionIsToldEvenIfNothingIsLeftOfIt() {
        WatchDelivery fragments = delivery(false, true);

        assertThat(fragments.answers(events(true, put("a", 1)))).hasSize(1);
        List<WatchResponse> end = fragments.answers(events(false));

        assertThat(end).hasSize(1);
        assertThat(end.getFirst().getFragment()).isFalse();
        assertThat(end.getFirst().getEventsCount()).isZero();
        assertThat(fragments.answers(events(false))).isEmpty();
    }

    @Test
    void whatIsFilteredOutLeavesNoEmptyAnswer() {
        assertThat(delivery(true, false).answers(events(false, put("a", 1)))).isEmpty();
        assertThat(delivery(true, true).answers(events(true, put("a", 1)))).isEmpty();
        assertThat(delivery(true, true).answers(events(false, put("a", 1), delete("b"))))
                .hasSize(1);
    }
}
