package io.skipstone.consensus;

/** Leaderships for tests of what is built upon them. */
final class Leaderships {
    private Leaderships() {}

    /** Of a node that nobody else can have led before. */
    static Leadership alone(Runnable onElected, Runnable onServing) {
        return new Leadership(new HoldOff(System::nanoTime), () -> true, onElected, onServing);
    }
}
