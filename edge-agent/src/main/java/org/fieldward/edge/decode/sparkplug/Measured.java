package org.fieldward.edge.decode.sparkplug;

import java.math.BigDecimal;
import java.util.Locale;
import org.fieldward.edge.decode.Fault;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.Written;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Value;
import org.fieldward.proto.sparkplug.Metric;

/** The value of a metric (Sparkplug 3.0, section 6.4.16). Floats are read as the shortest decimal that stands for them. */
final class Measured {

    private static final int INT8 = 1;
    private static final int INT16 = 2;
    private static final int INT32 = 3;
    private static final int INT64 = 4;
    private static final int DATE_TIME = 13;

    private Measured() {}

    /** @param definition of a vital sign */
    static Value value(Metric metric, Definition definition, Normaliser normaliser) {
        String code = definition.code().orElseThrow();
        if (metric.getIsNull()) {
            return normaliser.absent(code, AbsentReason.UNKNOWN);
        }
        if (!Definition.isGood(metric)) {
            return normaliser.absent(code, AbsentReason.ERROR);
        }
        return switch (metric.getValueCase()) {
            case INT_VALUE ->
                normaliser.number(code, BigDecimal.valueOf(of32(metric.getIntValue(), definition)), definition.unit());
            case LONG_VALUE ->
                normaliser.number(code, of64(code, metric.getLongValue(), definition), definition.unit());
            case FLOAT_VALUE ->
                real(code, metric.getFloatValue(), Float.toString(metric.getFloatValue()), definition, normaliser);
            case DOUBLE_VALUE ->
                real(code, metric.getDoubleValue(), Double.toString(metric.getDoubleValue()), definition, normaliser);
            case VALUE_NOT_SET -> throw Fault.missing(Fault.echo(code) + " has no value and is not null");
            case BOOLEAN_VALUE, STRING_VALUE, BYTES_VALUE, DATASET_VALUE, TEMPLATE_VALUE, EXTENSION_VALUE ->
                throw Fault.invalid(Fault.echo(code) + " must be a number, was "
                        + metric.getValueCase().name().toLowerCase(Locale.ROOT));
        };
    }

    /** Some publishers extend the sign to 32 bits and some do not. */
    private static long of32(int bits, Definition definition) {
        return switch (definition.datatype()) {
            case INT8 -> (byte) bits;
            case INT16 -> (short) bits;
            case INT32 -> bits;
            default -> Integer.toUnsignedLong(bits);
        };
    }

    private static BigDecimal of64(String code, long bits, Definition definition) {
        return switch (definition.datatype()) {
            case INT8, INT16, INT32, INT64 -> Written.decimal(code, Long.toString(bits));
            case DATE_TIME -> throw Fault.invalid(Fault.echo(code) + " must be a number, was a DateTime");
            default -> Written.decimal(code, Long.toUnsignedString(bits));
        };
    }

    private static Value real(
            String code, double number, String shortest, Definition definition, Normaliser normaliser) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return normaliser.absent(code, Normaliser.notFinite(shortest).orElse(AbsentReason.NOT_A_NUMBER));
        }
        return normaliser.number(code, Written.decimal(code, shortest), definition.unit());
    }
}
