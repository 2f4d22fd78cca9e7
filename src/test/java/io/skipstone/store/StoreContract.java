package io.skipstone.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Bytes;
import io.skipstone.model.Change;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.Position;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.SkipstoneException.Compacted;
import io.skipstone.model.Timestamp;
import io.skipstone.model.WriteAt;
import io.skipstone.store.ChangeScan.KeyChange;
import io.skipstone.store.ReadView.ChangedKey;
import io.skipstone.store.ReadView.Remembered;
import io.skipstone.store.Store.WriteWork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store promises. LMDB and the sorted map run the same. */
abstract class StoreContract {
    private static final Timestamp NEVER = Timestamp.NONE;

    @TempDir
    Path directory;

    private Store store;
    private long index;

    abstract Store open(Path directory);

    @BeforeEach
    void openStore() {
        store = open(directory);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Nested
    class ALease {
        @Test
        void isThereOnceItIsGranted() {
            GrantedLease granted = grant(10, 7);

            assertThat(granted).isEqualTo(new GrantedLease(7, 60, ts(10), 10, 0));
            assertThat(now().lease(7)).contains(granted);
            assertThat(now().lease(6)).isEmpty();
            assertThat(now().meta().revision()).isZero();
        }

        @Test
        void isListedInTheOrderOfIds() {
            grant(10, 300);
            grant(20, 7);
            grant(30, Long.MAX_VALUE);

            assertThat(now().leases(0, 10)).extracting(GrantedLease::id).containsExactly(7L, 300L, Long.MAX_VALUE);
            assertThat(now().leases(7, 1)).extracting(GrantedLease::id).containsExactly(300L);
            assertThat(now().leases(Long.MAX_VALUE, 10)).isEmpty();
            assertThat(now().leaseCount()).isEqualTo(3);
        }

        @Test
        void hasTheKeysThatWerePutWithItInOrder() {
            grant(10, 7);
            attach(20, "b", 7);
            attach(30, "a", 7);

            assertThat(keysOf(7)).containsExactly(key("b"), key("a"));
            assertThat(now().lease(7).orElseThrow().keys()).isEqualTo(2);
            assertThat(get("a", 30).orElseThrow().leaseId()).isEqualTo(7);
            assertThat(now().leaseKeys(7, 1, Long.MAX_VALUE)).containsExactly(key("b"));
            assertThat(now().leaseKeys(7, 100, 1)).containsExactly(key("b"));
        }

        @Test
        void losesAKeyThatIsPutWithoutItWithAnotherOneOrDeleted() {
            grant(10, 7);
            grant(11, 8);
            for (String name : List.of("a", "b", "c", "d", "e")) {
                attach(index + 20, name, 7);
            }

            put(100, "a", "1");
            attach(110, "b", 8);
            delete(120, "c");
            deletePrefix(130, Bytes.utf8("d"), Bytes.EMPTY, 10);

            assertThat(keysOf(7)).containsExactly(key("e"));
            assertThat(keysOf(8)).containsExactly(key("b"));
            assertThat(now().lease(7).orElseThrow().keys()).isEqualTo(1);
            assertThat(now().lease(8).orElseThrow().keys()).isEqualTo(1);
        }

        @Test
        void takesItsKeysAlongInOneRevision() {
            grant(10, 7);
            attach(20, "a", 7);
            attach(30, "b", 7);
            put(40, "c", "1");

            long gone = commit(50, txn -> txn.endLease(7));

            assertThat(gone).isEqualTo(2);
            assertThat(get("a", 50)).isEmpty();
            assertThat(get("b", 50)).isEmpty();
            assertThat(get("c", 50)).isPresent();
            assertThat(get("a", 40)).isPresent();
            assertThat(now().changes(3, 10)).containsExactly(new Change(4, ts(50), List.of(key("a"), key("b"))));
            assertThat(now().lease(7)).isEmpty();
            assertThat(keysOf(7)).isEmpty();
        }

        @Test
        void takesVeryManyKeysAlongInOneRevision() {
            int many = 5_000;
            commit(10, txn -> txn.grantLease(7, 60, many));
            commit(20, txn -> {
                IntStream.range(0, many).forEach(i -> txn.put(key("leased/" + i), Bytes.utf8("v"), NEVER, 7));
                return true;
            });
            put(30, "other", "1");

            assertThat(endLease(40, 7)).isEqualTo(many);

            assertThat(keys(scan(KeyRange.ALL, Order.ASCENDING, 10, 40))).containsExactly(key("other"));
            assertThat(now().changes(2, 10).getFirst().keys()).hasSize(many);
            assertThat(now().meta().revision()).isEqualTo(3);
        }

        @Test
        void takesNoRevisionWithoutKeys() {
            grant(10, 7);

            assertThat(endLease(20, 7)).isZero();
            assertThat(now().meta().revision()).isZero();
        }

        @Test
        void holdsAKeyOfAnyLength() {
            Key longKey = repeated((byte) 0, 5000);
            grant(10, 7);
            commit(20, txn -> txn.put(longKey, Bytes.utf8("v"), NEVER, 7));

            assertThat(keysOf(7)).containsExactly(longKey);
            assertThat(endLease(30, 7)).isEqualTo(1);
        }

        @Test
        void mustBeThereAndTheKeyMustNotExpireByItself() {
            grant(10, 7);

            assertThatThrownBy(() -> commit(20, txn -> txn.put(key("a"), Bytes.EMPTY, ts(99), 7)))
                    .isInstanceOf(InvariantViolation.class);
            assertThatThrownBy(() -> commit(20, txn -> txn.put(key("a"), Bytes.EMPTY, NEVER, 8)))
                    .isInstanceOf(InvariantViolation.class);
            assertThatThrownBy(() -> commit(20, txn -> txn.grantLease(7, 60, 10)))
                    .isInstanceOf(InvariantViolation.class);
            assertThatThrownBy(() -> endLease(20, 8)).isInstanceOf(InvariantViolation.class);
        }

        @Test
        void survivesTheCollection() {
            grant(10, 7);
            attach(20, "a", 7);
            attach(30, "a", 7);
            put(40, "b", "1");
            raiseGcFloor(50, 45);
            while (store.collect(100)) {}

            assertThat(keysOf(7)).containsExactly(key("a"));
            assertThat(endLease(60, 7)).isEqualTo(1);
        }
    }

    @Nested
    class APut {
        @Test
        void isReadBackAsItWasWritten() {
            KeyValue written = commit(10, txn -> txn.put(key("a"), Bytes.utf8("1"), ts(99)));

            assertThat(written).isEqualTo(new KeyValue(key("a"), Bytes.utf8("1"), 1, 1, 1, ts(10), ts(99)));
            assertThat(get("a", 10)).contains(written);
        }

        @Test
        void keepsTheCreateRevisionAndCountsVersions() {
            put(10, "a", "1");
            put(20, "b", "1");
            put(30, "a", "2");

            assertThat(get("a", 30)).contains(new KeyValue(key("a"), Bytes.utf8("2"), 1, 3, 2, ts(30), NEVER));
        }

        @Test
        void startsAnewAfterADelete() {
            put(10, "a", "1");
            delete(20, "a");
            put(30, "a", "2");

            assertThat(get("a", 30)).contains(new KeyValue(key("a"), Bytes.utf8("2"), 3, 3, 1, ts(30), NEVER));
        }

        @Test
        void startsAnewAfterAnExpiry() {
            commit(10, txn -> txn.put(key("a"), Bytes.utf8("1"), ts(20)));
            put(20, "a", "2");

            assertThat(get("a", 20).orElseThrow().version()).isEqualTo(1);
            assertThat(get("a", 20).orElseThrow().createRevision()).isEqualTo(2);
        }

        @Test
        void takesValuesOfEverySize() {
            long at = 0;
            for (int size : new int[] {0, 1, 1535, 1536, 1537, 15 * 1024, 15 * 1024 + 1, 30 * 1024, 1 << 20}) {
                Bytes value = bytes(size);
                at++;
                commit(at, txn -> txn.put(key("a"), value, NEVER));

                assertThat(get("a", at).map(KeyValue::value)).contains(value);
            }
        }

        @Test
        void isRefusedTwiceForOneKeyInOneEntry() {
            assertThatThrownBy(() -> commit(10, txn -> {
                        txn.put(key("a"), Bytes.EMPTY, NEVER);
                        return txn.put(key("a"), Bytes.EMPTY, NEVER);
                    }))
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessageContaining("written twice");
        }

        @Test
        void isRefusedOutsideAnEntry() {
            assertThatThrownBy(() -> store.write(WriteAt.UNLOGGED, txn -> txn.put(key("a"), Bytes.EMPTY, NEVER)))
                    .isInstanceOf(InvariantViolation.class);
        }
    }

    @Nested
    class Keys {
        @Test
        void areOrderedByteByByteWhateverTheyContain() {
            List<Key> keys = List.of(
                    Key.of(new byte[] {0}),
                    Key.of(new byte[] {0, 0}),
                    Key.of(new byte[] {0, 0, 1}),
                    Key.of(new byte[] {0, 1}),
                    Key.of(new byte[] {0, (byte) 0xFF}),
                    Key.of(new byte[] {1}),
                    key("k"),
                    Key.of(new byte[] {'k', 0}),
                    Key.of(new byte[] {'k', 0, 0}),
                    Key.of(new byte[] {'k', 1}),
                    key("k1"),
                    Key.of(new byte[] {'k', (byte) 0xFF}),
                    Key.of(new byte[] {(byte) 0xFE, (byte) 0xFF}),
                    Key.of(new byte[] {(byte) 0xFF}),
                    Key.of(new byte[] {(byte) 0xFF, 0}),
                    Key.of(new byte[] {(byte) 0xFF, (byte) 0xFF}));

            assertThatScansReturn(keys);
        }

        @Test
        void areOrderedAcrossTheLengthAtWhichRowsAreCut() {
            var keys = new ArrayList<Key>();
            for (int length = 1; length <= 1500; length += length < 470 || (length > 490 && length < 950) ? 97 : 1) {
                keys.add(repeated((byte) 'x', length));
                if (length > 470) {
                    keys.add(changedAtEnd(repeated((byte) 'x', length), (byte) 0));
                    keys.add(changedAtEnd(repeated((byte) 'x', length), (byte) 0xFF));
                }
            }
            keys.add(repeated((byte) 0, 239));
            keys.add(repeated((byte) 0, 240));
            keys.add(repeated((byte) 0, 241));
            keys.add(repeated((byte) 0, 1000));

            assertThatScansReturn(keys.stream().distinct().sorted().toList());
        }

        @Test
        void mayHave64KibibytesOfAnything() {
            List<Key> keys = List.of(
                    repeated((byte) 0, Key.MAX_BYTES),
                    changedAtEnd(repeated((byte) 0, Key.MAX_BYTES), (byte) 1),
                    repeated((byte) 0xFF, Key.MAX_BYTES - 1),
                    repeated((byte) 0xFF, Key.MAX_BYTES));

            assertThatScansReturn(keys);
        }

        /** Given in order. */
        private void assertThatScansReturn(List<Key> keys) {
            commit(10, txn -> {
                for (Key key : keys.reversed()) {
                    txn.put(key, Bytes.utf8("" + key.length()), NEVER);
                }
                return true;
            });

            assertThat(keys(scan(KeyRange.ALL, Order.ASCENDING, 5000, 10))).isEqualTo(keys);
            assertThat(keys(scan(KeyRange.ALL, Order.DESCENDING, 5000, 10))).isEqualTo(keys.reversed());
            for (Key key : keys) {
                assertThat(now().get(key, at(10)).orElseThrow().key()).isEqualTo(key);
                var fromKey = new KeyRange(key.bytes(), Bytes.EMPTY);
                assertThat(keys(scan(fromKey, Order.ASCENDING, 1, 10))).containsExactly(key);
                var below = new KeyRange(Bytes.EMPTY, key.bytes());
                int place = keys.indexOf(key);
                assertThat(keys(scan(below, Order.DESCENDING, 1, 10)))
                        .isEqualTo(place == 0 ? List.of() : List.of(keys.get(place - 1)));
            }
            assertThat(now().changes(0, 9).getFirst().keys()).isEqualTo(keys.reversed());
        }
    }

    @Nested
    class TheTimeToLive {
        @Test
        void endsAtTheExpiryItself() {
            commit(10, txn -> txn.put(key("a"), Bytes.utf8("1"), ts(20)));

            assertThat(get("a", 19)).isPresent();
            assertThat(get("a", 20)).isEmpty();
        }

        @Test
        void isMeasuredByTheClockOfTheReadAlsoOnAnIdleStore() {
            commit(10, txn -> txn.put(key("a"), Bytes.utf8("1"), ts(20)));

            assertThat(now().get(key("a"), new Moment(ts(10), ts(19)))).isPresent();
            assertThat(now().get(key("a"), new Moment(ts(10), ts(20)))).isEmpty();
            assertThat(now().count(KeyRange.ALL, new Moment(ts(10), ts(20)), 9)).isZero();
            assertThat(now().scan(query(KeyRange.ALL, Order.ASCENDING, 9), new Moment(ts(10), ts(20)))
                            .rows())
                    .isEmpty();
        }

        @Test
        void leavesNothingToDelete() {
            commit(10, txn -> txn.put(key("a"), Bytes.utf8("1"), ts(20)));

            assertThat(delete(20, "a")).isFalse();
            assertThat(store.meta().revision()).isEqualTo(1);
        }

        @Test
        void neverBringsAnOlderVersionBack() {
            put(10, "a", "old");
            commit(20, txn -> txn.put(key("a"), Bytes.utf8("new"), ts(30)));

            assertThat(get("a", 30)).isEmpty();
            assertThat(keys(scan(KeyRange.ALL, Order.DESCENDING, 9, 30))).isEmpty();
        }
    }

    @Nested
    class ADelete {
        @Test
        void hidesTheKeyFromItsTimestampOn() {
            put(10, "a", "1");

            assertThat(delete(20, "a")).isTrue();
            assertThat(get("a", 19)).isPresent();
            assertThat(get("a", 20)).isEmpty();
        }

        @Test
        void ofAMissingKeyChangesNothing() {
            assertThat(delete(10, "a")).isFalse();
            assertThat(store.meta().revision()).isZero();
            assertThat(now().latestCommit(key("a"))).isEmpty();
        }

        @Test
        void ofAPrefixSparesWhatIsExcluded() {
            putAll(10, "a", "p", "p/1", "p/2", "p/x", "p/x/1", "q");

            Optional<Long> gone = deletePrefix(20, Bytes.utf8("p"), Bytes.utf8("p/x"), 9);

            assertThat(gone).contains(3L);
            assertThat(names(scan(KeyRange.ALL, Order.ASCENDING, 9, 20))).containsExactly("a", "p/x", "p/x/1", "q");
            assertThat(now().changes(1, 9).getFirst().keys()).containsExactly(key("p"), key("p/1"), key("p/2"));
        }

        @Test
        void ofAPrefixChangesNothingIfItWouldTakeTooMany() {
            putAll(10, "p1", "p2", "p3");

            assertThat(deletePrefix(20, Bytes.utf8("p"), Bytes.EMPTY, 2)).isEmpty();
            assertThat(store.meta().revision()).isEqualTo(1);
            assertThat(deletePrefix(30, Bytes.utf8("p"), Bytes.EMPTY, 3)).contains(3L);
            assertThat(deletePrefix(40, Bytes.utf8("p"), Bytes.EMPTY, 3)).contains(0L);
            assertThat(store.meta().revision()).isEqualTo(2);
        }

        @Test
        void ofAPrefixTakesMoreKeysThanAreHeldAtOnce() {
            String[] keys = IntStream.range(0, 1_300).mapToObj(i -> "p/" + i).toArray(String[]::new);
            putAll(10, keys);

            assertThat(deletePrefix(20, Bytes.utf8("p/"), Bytes.utf8("p/77"), 1_299))
                    .contains(1_289L);
            assertThat(now().count(KeyRange.ALL, at(20), 9_999)).isEqualTo(11);
            assertThat(now().changes(1, 9).getFirst().keys()).hasSize(1_289);
        }

        @Test
        void ofTheEmptyPrefixTakesEverything() {
            List<Key> keys = List.of(Key.of(new byte[] {0}), repeated((byte) 0xFF, 600), repeated((byte) 0xFF, 3));
            commit(10, txn -> {
                keys.forEach(key -> txn.put(key, Bytes.EMPTY, NEVER));
                return true;
            });

            assertThat(deletePrefix(20, Bytes.EMPTY, Bytes.EMPTY, 9)).contains(3L);
            assertThat(now().count(KeyRange.ALL, at(20), 9)).isZero();
        }
    }

    @Nested
    class AScan {
        @Test
        void returnsTheRangeWithItsStartAndWithoutItsEnd() {
            putAll(10, "a", "b", "c", "d");
            var range = new KeyRange(Bytes.utf8("b"), Bytes.utf8("d"));

            assertThat(names(scan(range, Order.ASCENDING, 9, 10))).containsExactly("b", "c");
            assertThat(names(scan(range, Order.DESCENDING, 9, 10))).containsExactly("c", "b");
            assertThat(names(scan(new KeyRange(Bytes.utf8("b"), Bytes.utf8("b")), Order.ASCENDING, 9, 10)))
                    .isEmpty();
        }

        @Test
        void saysWhatIsLeftOnlyWhenSomethingIs() {
            putAll(10, "a", "b", "c");

            ScanPage first = scan(KeyRange.ALL, Order.ASCENDING, 2, 10);
            ScanPage second = scan(first.rest().orElseThrow(), Order.ASCENDING, 1, 10);

            assertThat(names(first)).containsExactly("a", "b");
            assertThat(names(second)).containsExactly("c");
            assertThat(second.rest()).isEmpty();
        }

        @Test
        void goesOnWithoutGapOrRepetitionInBothDirections() {
            putAll(10, "a", "aa", "ab", "b", "ba", "c");

            assertThat(pages(Order.ASCENDING)).containsExactly("a", "aa", "ab", "b", "ba", "c");
            assertThat(pages(Order.DESCENDING)).containsExactly("c", "ba", "b", "ab", "aa", "a");
        }

        private List<String> pages(Order order) {
            var all = new ArrayList<String>();
            Optional<KeyRange> rest = Optional.of(KeyRange.ALL);
            while (rest.isPresent()) {
                ScanPage page = scan(rest.get(), order, 1, 10);
                all.addAll(names(page));
                rest = page.rest();
            }
            return all;
        }

        @Test
        void endsBehindTheRowThatReachesTheByteLimit() {
            put(10, "a", "123");
            put(11, "b", "123");
            put(12, "c", "123");

            assertThat(bytePage(4, Content.KEYS_AND_VALUES)).containsExactly("a");
            assertThat(bytePage(5, Content.KEYS_AND_VALUES)).containsExactly("a", "b");
            assertThat(bytePage(2, Content.KEYS_ONLY)).containsExactly("a", "b");
        }

        private List<String> bytePage(long maxBytes, Content content) {
            var query = new ScanQuery(KeyRange.ALL, Order.ASCENDING, content, 9, maxBytes);
            return names(now().scan(query, at(12)));
        }

        @Test
        void canLeaveTheValuesOut() {
            KeyValue written = commit(10, txn -> txn.put(key("a"), bytes(100_000), ts(50)));
            var query = new ScanQuery(KeyRange.ALL, Order.ASCENDING, Content.KEYS_ONLY, 9, 9);

            assertThat(now().scan(query, at(10)).rows())
                    .containsExactly(
                            new KeyValue(key("a"), Bytes.EMPTY, 1, 1, 1, written.commitTs(), written.expiresAt()));
        }

        @Test
        void seesOfManyVersionsTheOneOfItsMoment() {
            for (int at = 1; at <= 20; at++) {
                put(at, "a", "a" + at);
            }

            for (int at = 1; at <= 20; at++) {
                for (Order order : Order.values()) {
                    assertThat(scan(KeyRange.ALL, order, 9, at).rows())
                            .extracting(row -> row.value().toUtf8())
                            .containsExactly("a" + at);
                }
            }
        }

        @Test
        void skipsKeysThatHaveOnlyNewerVersionsOrAreDeleted() {
            putAll(10, "b", "d");
            for (int at = 11; at < 30; at++) {
                putAll(at, "a", "c", "e");
            }
            delete(40, "d");

            assertThat(names(scan(KeyRange.ALL, Order.ASCENDING, 9, 10))).containsExactly("b", "d");
            assertThat(names(scan(KeyRange.ALL, Order.DESCENDING, 9, 10))).containsExactly("d", "b");
            assertThat(names(scan(KeyRange.ALL, Order.DESCENDING, 9, 40))).containsExactly("e", "c", "b", "a");
        }

        @Test
        void hasTheSameRowsAsTheCount() {
            putAll(10, "a", "b", "c");
            delete(20, "b");

            assertThat(now().count(KeyRange.ALL, at(10), 99)).isEqualTo(3);
            assertThat(now().count(KeyRange.ALL, at(20), 99)).isEqualTo(2);
            assertThat(now().count(KeyRange.ALL, at(20), 1)).isEqualTo(1);
            assertThat(now().count(KeyRange.prefix(Bytes.utf8("b")), at(10), 99))
                    .isEqualTo(1);
        }
    }

    @Nested
    class AnEntry {
        @Test
        void takesOneRevisionHoweverMuchItChanges() {
            putAll(10, "a", "b");
            put(20, "a", "2");

            assertThat(store.meta().revision()).isEqualTo(2);
            assertThat(now().changes(0, 9))
                    .extracting(change -> change.revision() + "@" + change.commitTs() + " "
                            + change.keys().size())
                    .containsExactly("1@10 2", "2@20 1");
        }

        @Test
        void takesNoRevisionIfItChangesNothing() {
            put(10, "a", "1");
            commit(20, txn -> txn.get(key("a"), at(20)));

            assertThat(store.meta().revision()).isEqualTo(1);
            assertThat(store.meta().lastCommitTs()).isEqualTo(ts(20));
        }

        @Test
        void seesTheEntriesBeforeItInTheSameTransaction() {
            List<Long> seen = store.write(new Position(1, 2), txn -> {
                txn.beginEntry(new Position(1, 1), ts(10));
                txn.put(key("a"), Bytes.utf8("1"), NEVER);
                txn.beginEntry(new Position(1, 2), ts(20));
                long version = txn.put(key("a"), Bytes.utf8("2"), NEVER).version();
                return List.of(version, txn.count(KeyRange.ALL, at(10), 9), (long)
                        txn.changes(0, 9).size());
            });

            assertThat(seen).containsExactly(2L, 1L, 2L);
            assertThat(get("a", 10).map(found -> found.value().toUtf8())).contains("1");
            assertThat(get("a", 20).map(found -> found.value().toUtf8())).contains("2");
        }

        @Test
        void mayShareItsPlaceWithTheOneBeforeIt() {
            var place = new Position(1, 1);

            store.write(place, txn -> {
                txn.beginEntry(place, ts(10));
                txn.put(key("a"), Bytes.utf8("1"), NEVER);
                txn.beginEntry(place, ts(20));
                return txn.put(key("a"), Bytes.utf8("2"), NEVER);
            });

            assertThat(store.meta().revision()).isEqualTo(2);
            assertThat(store.meta().applied()).contains(place);
            assertThat(get("a", 10).map(found -> found.value().toUtf8())).contains("1");
            assertThat(get("a", 20).map(found -> found.value().toUtf8())).contains("2");
        }

        @Test
        void isRefusedIfItsTimestampDoesNotGoUp() {
            put(20, "a", "1");

            assertThatThrownBy(() -> put(20, "b", "1"))
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessage("commit timestamp went back: 20 -> 20");
        }

        @Test
        void isRefusedIfItsIndexDoesNotGoUp() {
            store.write(new Position(3, 41), txn -> {
                txn.beginEntry(new Position(3, 41), ts(10));
                return true;
            });

            assertThatThrownBy(() -> store.write(new Position(3, 41), txn -> {
                        txn.beginEntry(new Position(3, 41), ts(11));
                        return true;
                    }))
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessage("applied index went back: 41 -> 41");
        }
    }

    @Nested
    class AWrite {
        @Test
        void leavesNothingBehindWhenItsWorkFails() {
            put(10, "a", "1");
            StoreMeta before = store.meta();

            assertThatThrownBy(() -> commit(20, txn -> {
                        txn.put(key("b"), Bytes.EMPTY, NEVER);
                        throw new IllegalStateException("on purpose");
                    }))
                    .hasMessage("on purpose");

            assertThat(store.meta()).isEqualTo(before);
            assertThat(names(scan(KeyRange.ALL, Order.ASCENDING, 9, 20))).containsExactly("a");
        }

        @Test
        void takesThePositionAlsoWithoutAnEntry() {
            store.write(new Position(2, 7), txn -> true);

            assertThat(store.meta().applied()).contains(new Position(2, 7));
            assertThat(store.meta().lastCommitTs()).isEqualTo(Timestamp.NONE);
        }

        @Test
        void neverGoesBack() {
            store.write(new Position(2, 41), txn -> true);

            assertThatThrownBy(() -> store.write(new Position(2, 40), txn -> true))
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessage("applied index went back: 41 -> 40");
            assertThatThrownBy(() -> store.write(new Position(1, 42), txn -> true))
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessage("applied term went back: 2 -> 1");
        }

        @Test
        void outsideTheLogLeavesThePositionAlone() {
            store.write(new Position(2, 7), txn -> true);

            store.write(WriteAt.UNLOGGED, txn -> {
                txn.beginEntry(WriteAt.UNLOGGED, ts(10));
                return txn.put(key("a"), Bytes.EMPTY, NEVER);
            });

            assertThat(store.meta().applied()).contains(new Position(2, 7));
            assertThat(get("a", 10)).isPresent();
        }

        @Test
        void outsideTheLogHoldsNoEntryOfTheLog() {
            assertThatThrownBy(() -> store.write(WriteAt.UNLOGGED, txn -> {
                        txn.beginEntry(new Position(1, 1), ts(10));
                        return true;
                    }))
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessage("a logged entry in an unlogged write");
        }

        @Test
        void keepsTheGroupAndTheConfiguration() {
            var group = new UUID(1, 2);
            store.write(new Position(1, 1), txn -> {
                txn.belongTo(group);
                txn.configuration(Bytes.utf8("n1"));
                return true;
            });

            assertThat(store.meta().groupId()).contains(group);
            assertThat(store.meta().configuration()).isEqualTo(Bytes.utf8("n1"));
            assertThatThrownBy(() -> store.write(new Position(1, 2), txn -> {
                        txn.belongTo(new UUID(1, 3));
                        return true;
                    }))
                    .isInstanceOf(InvariantViolation.class);
        }

        @Test
        void isNotSeenByAViewThatWasOpenBefore() {
            put(10, "a", "1");
            try (ReadView before = store.read()) {
                put(20, "a", "2");

                assertThat(before.meta().revision()).isEqualTo(1);
                assertThat(before.get(key("a"), at(20))
                                .map(found -> found.value().toUtf8()))
                        .contains("1");
            }
        }
    }

    @Nested
    class TheChangeLog {
        @Test
        void answersWhatChangedAfterARevision() {
            put(10, "a", "1");
            put(20, "b", "1");
            delete(30, "a");

            assertThat(now().changes(1, 1))
                    .extracting(change -> change.keys().getFirst())
                    .containsExactly(key("b"));
            assertThat(now().changes(1, 9)).hasSize(2);
            assertThat(now().changes(3, 9)).isEmpty();
        }

        @Test
        void keepsTheKeysOfALargeEntryInOrder() {
            List<Key> keys = IntStream.range(0, 5000)
                    .mapToObj(n -> key("key-" + (5000 - n)))
                    .toList();
            commit(10, txn -> {
                keys.forEach(key -> txn.put(key, Bytes.EMPTY, NEVER));
                return true;
            });

            assertThat(now().changes(0, 9)).hasSize(1).first().satisfies(change -> assertThat(change.keys())
                    .isEqualTo(keys));
        }

        @Test
        void goesOnAtAnyPlaceAKeyAtATime() {
            put(10, "first", "1");
            List<Key> keys =
                    IntStream.range(0, 3000).mapToObj(n -> key("key-" + n)).toList();
            commit(20, txn -> {
                keys.forEach(key -> txn.put(key, Bytes.EMPTY, NEVER));
                return true;
            });
            put(30, "last", "1");
            List<KeyChange> all = all(ChangePlace.before(1));

            assertThat(all).hasSize(3002).isSortedAccordingTo(Comparator.comparing(KeyChange::place));
            assertThat(all.subList(1, 3001)).extracting(KeyChange::key).isEqualTo(keys);
            assertThat(all)
                    .filteredOn(KeyChange::isLast)
                    .extracting(KeyChange::revision)
                    .containsExactly(1L, 2L, 3L);
            for (int n = 0; n < all.size(); n += 7) {
                assertThat(all(all.get(n).place())).isEqualTo(all.subList(n, all.size()));
                assertThat(all(all.get(n).after())).isEqualTo(all.subList(n + 1, all.size()));
            }
            assertThat(all(ChangePlace.before(4))).isEmpty();
        }

        @Test
        void isReadBesideTheKeysOfTheSameView() {
            put(10, "a", "1");
            put(20, "b", "2");
            try (ReadView view = store.read()) {
                ChangeScan scan = view.changesFrom(ChangePlace.before(1));
                KeyChange first = scan.next().orElseThrow();
                assertThat(view.get(first.key(), at(10))).isPresent();
                assertThat(view.newestRevision(ts(15))).isEqualTo(1);

                assertThat(scan.next()).map(KeyChange::revision).contains(2L);
                assertThat(scan.next()).isEmpty();
            }
        }

        @Test
        void cannotBeReadFromARevisionAtTheFloor() {
            put(10, "a", "1");
            put(20, "b", "2");
            put(30, "c", "3");
            raiseGcFloor(40, 25);

            assertThat(now().newestRevision(ts(25))).isEqualTo(2);
            assertThatThrownBy(() -> now().changesFrom(ChangePlace.before(2))).isInstanceOf(Compacted.class);
            assertThat(all(ChangePlace.before(3))).hasSize(1);
            store.collect(1000);
            assertThat(all(ChangePlace.before(3))).extracting(KeyChange::key).containsExactly(key("c"));
            assertThat(now().newestRevision(ts(25))).isEqualTo(2);
        }

        private List<KeyChange> all(ChangePlace from) {
            var all = new ArrayList<KeyChange>();
            ChangeScan scan = now().changesFrom(from);
            for (var next = scan.next(); next.isPresent(); next = scan.next()) {
                all.add(next.get());
            }
            return all;
        }

        @Test
        void findsTheFirstChangeInARangeAboveATimestamp() {
            put(10, "a", "1");
            put(20, "b", "1");
            put(30, "a", "2");
            delete(40, "b");

            assertThat(firstChange(KeyRange.ALL, 0)).contains(new ChangedKey(key("a"), ts(10)));
            assertThat(firstChange(KeyRange.ALL, 15)).contains(new ChangedKey(key("b"), ts(20)));
            assertThat(firstChange(KeyRange.prefix(Bytes.utf8("a")), 10)).contains(new ChangedKey(key("a"), ts(30)));
            assertThat(firstChange(KeyRange.prefix(Bytes.utf8("b")), 20)).contains(new ChangedKey(key("b"), ts(40)));
            assertThat(firstChange(KeyRange.prefix(Bytes.utf8("a")), 30)).isEmpty();
            assertThat(firstChange(KeyRange.ALL, 40)).isEmpty();
        }

        private Optional<ChangedKey> firstChange(KeyRange range, long readTs) {
            return now().firstChange(range, ts(readTs));
        }

        @Test
        void tellsWhenARevisionWasCommitted() {
            put(10, "a", "1");
            put(20, "a", "2");

            assertThat(now().timestampOf(0)).contains(Timestamp.NONE);
            assertThat(now().timestampOf(1)).contains(ts(10));
            assertThat(now().timestampOf(2)).contains(ts(20));
            assertThat(now().timestampOf(3)).isEmpty();
            assertThat(now().timestampOf(-1)).isEmpty();
        }

        @Test
        void tellsTheLatestCommitOfAKeyAlsoOfADelete() {
            put(10, "a", "1");
            delete(20, "a");
            commit(30, txn -> txn.put(key("b"), Bytes.EMPTY, ts(31)));
            commit(40, txn -> true);

            assertThat(now().latestCommit(key("a"))).contains(ts(20));
            assertThat(now().latestCommit(key("b"))).contains(ts(30));
            assertThat(now().latestCommit(key("c"))).isEmpty();
        }
    }

    @Nested
    class ARememberedOutcome {
        private final Bytes idempotencyKey = Bytes.utf8("request-1");

        @Test
        void isThereUntilItExpires() {
            var remembered = new Remembered(ts(30), Bytes.utf8("print"), bytes(3000));
            commit(10, txn -> {
                txn.remember(idempotencyKey, remembered);
                return true;
            });

            assertThat(now().remembered(idempotencyKey)).contains(remembered);
            assertThat(now().remembered(Bytes.utf8("request-2"))).isEmpty();
            commit(30, txn -> true);
            assertThat(now().remembered(idempotencyKey)).isEmpty();
        }

        @Test
        void isReplacedByALaterOne() {
            commit(10, txn -> {
                txn.remember(idempotencyKey, new Remembered(ts(20), Bytes.EMPTY, Bytes.EMPTY));
                return true;
            });
            var later = new Remembered(ts(90), Bytes.utf8("2"), Bytes.utf8("2"));
            commit(30, txn -> {
                txn.remember(idempotencyKey, later);
                return true;
            });
            collectAll(1);

            assertThat(now().remembered(idempotencyKey)).contains(later);
        }

        @Test
        void isCollectedWhenItHasExpired() {
            commit(10, txn -> {
                txn.remember(idempotencyKey, new Remembered(ts(20), Bytes.EMPTY, Bytes.EMPTY));
                return true;
            });
            commit(20, txn -> true);

            collectAll(1);

            assertThat(now().remembered(idempotencyKey)).isEmpty();
        }
    }

    @Nested
    class TheClockCeiling {
        @Test
        void isNoneUntilOneIsAgreedOn() {
            put(10, "a", "1");

            assertThat(store.meta().hlcCeiling()).isEqualTo(Timestamp.NONE);
        }

        @Test
        void neverGoesBack() {
            assertThat(raiseClockCeiling(10, 50)).isEqualTo(ts(50));
            assertThat(raiseClockCeiling(20, 40)).isEqualTo(ts(50));
            assertThat(raiseClockCeiling(30, 60)).isEqualTo(ts(60));
            assertThat(store.meta().hlcCeiling()).isEqualTo(ts(60));
        }

        @Test
        void movesThePositionAndTakesNoRevision() {
            put(10, "a", "1");
            Position before = store.meta().applied().orElseThrow();

            raiseClockCeiling(20, 50);

            assertThat(store.meta().applied().orElseThrow()).isGreaterThan(before);
            assertThat(store.meta().lastCommitTs()).isEqualTo(ts(20));
            assertThat(store.meta().revision()).isOne();
            assertThat(now().changes(0, 9)).hasSize(1);
        }
    }

    @Nested
    class TheGcFloor {
        @Test
        void refusesReadsBelowIt() {
            putAll(10, "a");
            raiseGcFloor(20, 15);

            assertThatThrownBy(() -> get("a", 14)).isInstanceOf(Compacted.class);
            assertThatThrownBy(() -> scan(KeyRange.ALL, Order.ASCENDING, 1, 14)).isInstanceOf(Compacted.class);
            assertThatThrownBy(() -> now().count(KeyRange.ALL, at(14), 1)).isInstanceOf(Compacted.class);
            assertThatThrownBy(() -> now().firstChange(KeyRange.ALL, ts(14))).isInstanceOf(Compacted.class);
            assertThat(get("a", 15)).isPresent();
        }

        @Test
        void neverGoesBackAndNeverBeyondTheLastCommit() {
            assertThat(raiseGcFloor(20, 15)).isEqualTo(ts(15));
            assertThat(raiseGcFloor(30, 10)).isEqualTo(ts(15));
            assertThat(raiseGcFloor(40, 99)).isEqualTo(ts(40));
            assertThat(store.meta().gcFloor()).isEqualTo(ts(40));
        }

        @Test
        void keepsTheRevisionThatIsItsState() {
            put(10, "a", "1");
            put(20, "a", "2");
            put(30, "a", "3");
            raiseGcFloor(40, 25);

            for (int round = 0; round < 2; round++) {
                assertThat(now().timestampOf(0)).isEmpty();
                assertThat(now().timestampOf(1)).isEmpty();
                assertThat(now().timestampOf(2)).contains(ts(20));
                assertThat(now().timestampOf(3)).contains(ts(30));
                assertThatThrownBy(() -> now().changes(1, 9)).isInstanceOf(Compacted.class);
                assertThat(now().changes(2, 9)).hasSize(1);
                collectAll(1);
            }
        }

        @Test
        void letsTheLatestCommitOfWhatWasGoneBeforeItBeForgotten() {
            put(10, "a", "1");
            delete(20, "a");
            put(21, "b", "1");
            raiseGcFloor(30, 25);

            assertThat(now().latestCommit(key("a"))).isEmpty();
            assertThat(now().latestCommit(key("b"))).contains(ts(21));
        }
    }

    @Nested
    class TheCollector {
        @Test
        void removesOlderVersionsAndWhatWasGoneAtTheFloor() {
            for (int at = 1; at <= 9; at++) {
                putAll(at, "deleted", "kept", "expired");
            }
            delete(10, "deleted");
            commit(11, txn -> txn.put(key("expired"), bytes(50_000), ts(20)));
            put(30, "kept", "newest");
            raiseGcFloor(31, 25);

            collectAll(1);

            assertThat(store.stats().keyRows()).isEqualTo(2);
            assertThat(get("kept", 25).orElseThrow().version()).isEqualTo(9);
            assertThat(get("kept", 30).orElseThrow().version()).isEqualTo(10);
            assertThat(get("deleted", 25)).isEmpty();
            assertThat(get("expired", 25)).isEmpty();
        }

        @Test
        void removesWhatExpiresLongAfterItWasWritten() {
            commit(10, txn -> txn.put(key("a"), Bytes.EMPTY, ts(100)));
            raiseGcFloor(20, 20);
            collectAll(1);
            assertThat(store.stats().keyRows()).isEqualTo(1);

            raiseGcFloor(110, 100);
            collectAll(1);

            assertThat(store.stats().keyRows()).isZero();
        }

        @Test
        void removesTheLayersOfLongKeys() {
            Key first = repeated((byte) 'x', 2000);
            Key second = changedAtEnd(repeated((byte) 'x', 2000), (byte) 'y');
            commit(10, txn -> {
                txn.put(first, Bytes.EMPTY, NEVER);
                return txn.put(second, Bytes.EMPTY, NEVER);
            });
            commit(20, txn -> txn.delete(first));
            raiseGcFloor(30, 30);
            collectAll(1);
            assertThat(now().get(second, at(30))).isPresent();

            commit(40, txn -> txn.delete(second));
            raiseGcFloor(50, 50);
            collectAll(1);

            assertThat(store.stats().keyRows()).isZero();
            commit(60, txn -> txn.put(second, Bytes.utf8("again"), NEVER));
            assertThat(now().get(second, at(60)).orElseThrow().version()).isEqualTo(1);
        }

        @Test
        void doesNotMoveThePosition() {
            put(10, "a", "1");
            delete(20, "a");
            raiseGcFloor(30, 30);
            StoreMeta before = store.meta();

            collectAll(100);

            assertThat(store.meta()).isEqualTo(before);
            assertThat(store.collect(100)).isFalse();
        }

        @Test
        void copesWithManyKeysInOneEntry() {
            commit(10, txn -> {
                for (int n = 0; n < 3000; n++) {
                    txn.put(key("some/longer/key/" + n), Bytes.EMPTY, NEVER);
                }
                return true;
            });
            deletePrefix(20, Bytes.EMPTY, Bytes.EMPTY, 9999);
            raiseGcFloor(30, 30);

            collectAll(500);

            assertThat(store.stats().keyRows()).isZero();
            assertThat(now().timestampOf(2)).contains(ts(20));
        }
    }

    void collectAll(int maxRows) {
        int rounds = 0;
        while (store.collect(maxRows)) {
            rounds++;
            assertThat(rounds).as("slices of the collector").isLessThan(20_000);
        }
    }

    <T> T commit(long commitTs, WriteWork<T> work) {
        var at = new Position(1, ++index);
        return store.write(at, txn -> {
            txn.beginEntry(at, ts(commitTs));
            return work.run(txn);
        });
    }

    private void put(long commitTs, String key, String value) {
        commit(commitTs, txn -> txn.put(key(key), Bytes.utf8(value), NEVER));
    }

    private void putAll(long commitTs, String... keys) {
        commit(commitTs, txn -> {
            for (String key : keys) {
                txn.put(key(key), Bytes.utf8(key), NEVER);
            }
            return true;
        });
    }

    private GrantedLease grant(long commitTs, long id) {
        return commit(commitTs, txn -> txn.grantLease(id, 60, 10));
    }

    private long endLease(long commitTs, long id) {
        return commit(commitTs, txn -> txn.endLease(id));
    }

    private void attach(long commitTs, String key, long leaseId) {
        commit(commitTs, txn -> txn.put(key(key), Bytes.utf8("v"), NEVER, leaseId));
    }

    private List<Key> keysOf(long leaseId) {
        return now().leaseKeys(leaseId, 100, Long.MAX_VALUE);
    }

    private boolean delete(long commitTs, String key) {
        return commit(commitTs, txn -> txn.delete(key(key)));
    }

    private Optional<Long> deletePrefix(long commitTs, Bytes prefix, Bytes exclude, int maxKeys) {
        return commit(commitTs, txn -> txn.deletePrefix(prefix, exclude, maxKeys));
    }

    private Timestamp raiseClockCeiling(long commitTs, long ceiling) {
        return commit(commitTs, txn -> txn.raiseClockCeiling(ts(ceiling)));
    }

    private Timestamp raiseGcFloor(long commitTs, long floor) {
        return commit(commitTs, txn -> txn.raiseGcFloor(ts(floor)));
    }

    private ReadView now() {
        return new LatestView(store);
    }

    private Optional<KeyValue> get(String key, long at) {
        return now().get(key(key), at(at));
    }

    private ScanPage scan(KeyRange range, Order order, int limit, long at) {
        return now().scan(query(range, order, limit), at(at));
    }

    private static ScanQuery query(KeyRange range, Order order, int limit) {
        return new ScanQuery(range, order, Content.KEYS_AND_VALUES, limit, Long.MAX_VALUE);
    }

    private static List<Key> keys(ScanPage page) {
        return page.rows().stream().map(KeyValue::key).toList();
    }

    private static List<String> names(ScanPage page) {
        return keys(page).stream().map(key -> key.bytes().toUtf8()).toList();
    }

    static Key key(String text) {
        return Key.utf8(text);
    }

    static Key repeated(byte b, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, b);
        return Key.of(bytes);
    }

    static Key changedAtEnd(Key key, byte last) {
        byte[] bytes = key.bytes().array().clone();
        bytes[bytes.length - 1] = last;
        return Key.of(bytes);
    }

    static Bytes bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + i / 256);
        }
        return Bytes.wrap(bytes);
    }

    static Timestamp ts(long bits) {
        return new Timestamp(bits);
    }

    static Moment at(long bits) {
        return Moment.at(ts(bits));
    }
}
