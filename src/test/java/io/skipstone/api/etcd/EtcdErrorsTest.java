package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.ErrorInfo;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.skipstone.api.ErrorMapping;
import io.skipstone.api.RefusedException;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.TooLarge;
import io.skipstone.model.Timestamp;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EtcdErrorsTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new BadRequest("empty_key", "m"), Code.INVALID_ARGUMENT, "key is not provided"),
                Arguments.of(
                        new BadRequest("duplicate_key", "m"),
                        Code.INVALID_ARGUMENT,
                        "duplicate key given in txn request"),
                Arguments.of(
                        new TooLarge("txn_too_large", "m"),
                        Code.INVALID_ARGUMENT,
                        "too many operations in txn request"),
                Arguments.of(new TooLarge("value_too_large", "m"), Code.INVALID_ARGUMENT, "request is too large"),
                Arguments.of(new BadRequest("some_code", "say it so"), Code.INVALID_ARGUMENT, "say it so"),
                Arguments.of(
                        new BadRequest("revision_in_future", "m"),
                        Code.OUT_OF_RANGE,
                        "mvcc: required revision is a future revision"),
                Arguments.of(
                        new SkipstoneException.Compacted(new Timestamp(5)),
                        Code.OUT_OF_RANGE,
                        "mvcc: required revision has been compacted"),
                Arguments.of(
                        new RefusedException(ErrorMapping.NOT_FOUND, "lease_not_found", "m"),
                        Code.NOT_FOUND,
                        "requested lease not found"),
                Arguments.of(
                        new RefusedException(ErrorMapping.EXISTS, "lease_exists", "m"),
                        Code.FAILED_PRECONDITION,
                        "lease already exists"),
                Arguments.of(new BadRequest("member_unknown", "m"), Code.NOT_FOUND, "member not found"),
                Arguments.of(
                        new NotReady("learner_behind", "m"),
                        Code.FAILED_PRECONDITION,
                        "can only promote a learner member which is in sync with leader"),
                Arguments.of(new SkipstoneException.Overloaded("m"), Code.RESOURCE_EXHAUSTED, "too many requests"),
                Arguments.of(
                        new SkipstoneException.OutOfSpace("m"),
                        Code.RESOURCE_EXHAUSTED,
                        "mvcc: database space exceeded"),
                Arguments.of(new NotReady("m"), Code.UNAVAILABLE, "no leader"),
                Arguments.of(new NotReady("node_leaving", "m"), Code.UNAVAILABLE, "server stopped"),
                Arguments.of(new SkipstoneException.OutcomeUnknown("m"), Code.UNAVAILABLE, "request timed out"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void saysItInTheWordsOfEtcd(RuntimeException failure, Code code, String text) {
        StatusRuntimeException status = EtcdErrors.status(new CompletionException(failure));

        assertThat(status.getStatus().getCode()).isEqualTo(code);
        assertThat(status.getStatus().getDescription()).isEqualTo("etcdserver: " + text);
        assertThat(EtcdErrors.text(failure)).isEqualTo("etcdserver: " + text);
    }

    @Test
    void hasARowForEveryKindOfFailure() {
        List<Class<?>> tested =
                failures().<Class<?>>map(row -> row.get()[0].getClass()).toList();

        assertThat(tested).contains(SkipstoneException.class.getPermittedSubclasses());
    }

    @Test
    void ourOwnCodeAndTextGoAlong() throws Exception {
        var status = EtcdErrors.status(new TooLarge("value_too_large", "the value has 9 bytes"));

        ErrorInfo info = StatusProto.fromThrowable(status).getDetails(0).unpack(ErrorInfo.class);
        assertThat(info.getReason()).isEqualTo("value_too_large");
        assertThat(info.getMetadataMap()).containsEntry("detail", "the value has 9 bytes");
    }

    @Test
    void aStatusThatWasThrownStaysAsItIs() {
        StatusRuntimeException thrown = EtcdError.INVALID_SORT_OPTION.refusal();

        assertThat(EtcdErrors.status(new CompletionException(thrown))).isSameAs(thrown);
    }

    @Test
    void saysNothingAboutFailuresOfTheServer() {
        var status = EtcdErrors.status(new IllegalStateException("the inner secret"));

        assertThat(status.getStatus().getCode()).isEqualTo(Code.INTERNAL);
        assertThat(status.getMessage()).doesNotContain("secret");
    }

    @Test
    void noTwoErrorsHaveTheSameText() {
        assertThat(Arrays.stream(EtcdError.values()).map(EtcdError::text)).doesNotHaveDuplicates();
    }
}
