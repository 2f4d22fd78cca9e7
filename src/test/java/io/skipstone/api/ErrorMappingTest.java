package io.skipstone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.command.Outcome;
import io.skipstone.model.Key;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.Timestamp;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorMappingTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new SkipstoneException.BadRequest("some_code", "m"), 400, "INVALID_ARGUMENT", false),
                Arguments.of(new SkipstoneException.TooLarge("some_code", "m"), 413, "INVALID_ARGUMENT", false),
                Arguments.of(new SkipstoneException.Compacted(new Timestamp(5)), 410, "OUT_OF_RANGE", false),
                Arguments.of(new SkipstoneException.Overloaded("m"), 429, "RESOURCE_EXHAUSTED", true),
                Arguments.of(new SkipstoneException.NotReady("m"), 503, "UNAVAILABLE", true),
                Arguments.of(new SkipstoneException.OutcomeUnknown("m"), 504, "DEADLINE_EXCEEDED", false),
                Arguments.of(new SkipstoneException.OutOfSpace("m"), 507, "RESOURCE_EXHAUSTED", false));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void tellsTheCallerWhatToDo(SkipstoneException failure, int http, String grpc, boolean retryable) {
        Refusal refusal = ErrorMapping.refusal(new CompletionException(failure));

        assertThat(refusal.kind().httpStatus()).isEqualTo(http);
        assertThat(refusal.kind().grpcCode().name()).isEqualTo(grpc);
        assertThat(refusal.retryable()).isEqualTo(retryable);
        assertThat(refusal.code()).isEqualTo(failure.code());
    }

    @ParameterizedTest
    @CsvSource({
        "member_unknown, 404, NOT_FOUND",
        "member_exists, 409, ALREADY_EXISTS",
        "would_lose_quorum, 400, INVALID_ARGUMENT"
    })
    void saysByItsStatusWhetherAMemberIsThere(String code, int http, String grpc) {
        Refusal refusal = ErrorMapping.refusal(new SkipstoneException.BadRequest(code, "m"));

        assertThat(refusal.kind().httpStatus()).isEqualTo(http);
        assertThat(refusal.kind().grpcCode().name()).isEqualTo(grpc);
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.retryable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"learner_behind", "learner_silent", "voter_behind", "joiner_silent", "change_under_way"})
    void saysWhenToAskAgainForAChangeThatCannotBeMadeYet(String code) {
        Refusal refusal = ErrorMapping.refusal(new SkipstoneException.NotReady(code, "m"));

        assertThat(refusal.kind()).isEqualTo(ErrorMapping.NOT_READY);
        assertThat(refusal.kind().saysWhenToRetry()).isTrue();
        assertThat(refusal.code()).isEqualTo(code);
    }

    @Test
    void hasARowForEveryKindOfFailure() {
        List<Class<?>> tested =
                failures().<Class<?>>map(row -> row.get()[0].getClass()).toList();

        assertThat(tested).containsExactlyInAnyOrder(SkipstoneException.class.getPermittedSubclasses());
    }

    static Stream<Arguments> outcomes() {
        return Stream.of(
                Arguments.of(new Outcome.Conflict(Key.utf8("k"), new Timestamp(9)), 409, "ABORTED", "conflict"),
                Arguments.of(new Outcome.BelowGcFloor(new Timestamp(9)), 410, "OUT_OF_RANGE", "compacted"),
                Arguments.of(new Outcome.TooManyKeys(3), 413, "INVALID_ARGUMENT", "too_many_keys"),
                Arguments.of(new Outcome.ResultTooLarge(3), 413, "INVALID_ARGUMENT", "result_too_large"),
                Arguments.of(new Outcome.IdempotencyKeyReused(), 422, "FAILED_PRECONDITION", "idempotency_key_reused"));
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    void refusesOutcomesThatChangedNothing(Outcome outcome, int http, String grpc, String code) {
        assertThatThrownBy(() -> ErrorMapping.committed(outcome))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.refusal().kind().httpStatus()).isEqualTo(http);
                    assertThat(refused.refusal().kind().grpcCode().name()).isEqualTo(grpc);
                    assertThat(refused.refusal().code()).isEqualTo(code);
                });
    }

    @Test
    void letsACommittedTransactionThrough() {
        var committed = new Outcome.Committed(Outcome.Branch.OTHERWISE, 3, new Timestamp(9), List.of());

        assertThat(ErrorMapping.committed(committed)).isSameAs(committed);
    }

    @Test
    void saysNothingAboutFailuresOfTheServer() {
        Refusal refusal = ErrorMapping.refusal(new IllegalStateException("the inner secret"));

        assertThat(refusal.kind()).isEqualTo(ErrorMapping.INTERNAL);
        assertThat(refusal.detail()).doesNotContain("secret");
    }
}
