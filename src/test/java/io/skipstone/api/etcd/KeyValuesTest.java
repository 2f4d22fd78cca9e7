package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Timestamp;
import org.junit.jupiter.api.Test;

class KeyValuesTest {
    private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

    @Test
    void aKeyWithoutAnEndIsThatKeyAlone() {
        assertThat(KeyValues.range(text("a"), ByteString.EMPTY))
                .contains(Key.utf8("a").asRange());
    }

    @Test
    void anEndOfOneZeroIsTheLastKey() {
        assertThat(KeyValues.range(text("a"), ZERO)).contains(new KeyRange(Bytes.utf8("a"), Bytes.EMPTY));
    }

    @Test
    void anEndThatIsNotBehindTheKeyIsARangeOfNoKeys() {
        assertThat(KeyValues.range(text("b"), text("b"))).isEmpty();
        assertThat(KeyValues.range(text("b"), text("a"))).isEmpty();
        assertThat(KeyValues.range(text("a"), text("b"))).contains(new KeyRange(Bytes.utf8("a"), Bytes.utf8("b")));
    }

    @Test
    void aKeyIsNeeded() {
        assertThatThrownBy(() -> KeyValues.range(ByteString.EMPTY, ZERO))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("key is not provided");
    }

    @Test
    void aRowHasTheRevisionsOfEtcd() {
        var row = KeyValues.row(
                new KeyValue(Key.utf8("k"), Bytes.utf8("v"), 4, 6, 2, new Timestamp(9), Timestamp.NONE, 77));

        assertThat(row.getKey()).isEqualTo(text("k"));
        assertThat(row.getValue()).isEqualTo(text("v"));
        assertThat(row.getCreateRevision()).isEqualTo(5);
        assertThat(row.getModRevision()).isEqualTo(7);
        assertThat(row.getVersion()).isEqualTo(2);
        assertThat(row.getLease()).isEqualTo(77);
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
