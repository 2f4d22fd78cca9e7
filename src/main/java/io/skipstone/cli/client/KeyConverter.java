package io.skipstone.cli.client;

import io.skipstone.model.Bytes;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads keys and prefixes on the command line, with the escapes of {@link EscapedBytes}. */
public final class KeyConverter implements ITypeConverter<Bytes> {
    @Override
    public Bytes convert(String text) {
        try {
            return EscapedBytes.parse(text);
        } catch (IllegalArgumentException badEscape) {
            throw new TypeConversionException(badEscape.getMessage());
        }
    }
}
