package io.skipstone.cli.transfer;

/** What stands at one place of an input. */
sealed interface InputItem {
    /** Its place, from 1. */
    long number();

    /** A record that can be imported. */
    record Good(ImportRecord imported) implements InputItem {
        @Override
        public long number() {
            return imported.number();
        }
    }

    /**
     * Not a record.
     *
     * @param reason names no user data
     */
    record Bad(long number, String reason) implements InputItem {}
}
