package org.fieldward.edge.decode.medtech.expression;

import io.burt.jmespath.Adapter;
import io.burt.jmespath.JmesPathType;
import io.burt.jmespath.function.ArgumentConstraint;
import io.burt.jmespath.function.ArgumentConstraints;
import io.burt.jmespath.function.BaseFunction;
import io.burt.jmespath.function.FunctionArgument;
import io.burt.jmespath.function.FunctionRegistry;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import org.fieldward.edge.decode.Fault;
import org.fieldward.edge.decode.Written;

/**
 * What the service adds to JMESPath. Numbers are decimal, so that 78 times 0.0254 is 1.9812; where a result has more than
 * 16 digits it is rounded to them.
 */
final class Functions {

    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final ArgumentConstraint NUMBER = ArgumentConstraints.typeOf(JmesPathType.NUMBER);
    private static final ArgumentConstraint STRING = ArgumentConstraints.typeOf(JmesPathType.STRING);
    private static final int MAX_POWER = 1_000;

    /** As the service's documentation shows it: {@code 2021-07-07T17:00:00+0}. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .appendLiteral("+0")
            .toFormatter()
            .withZone(ZoneOffset.UTC);

    private Functions() {}

    static FunctionRegistry registry() {
        return FunctionRegistry.defaultRegistry()
                .extend(
                        new Arithmetic("add", BigDecimal::add),
                        new Arithmetic("subtract", BigDecimal::subtract),
                        new Arithmetic("multiply", BigDecimal::multiply),
                        new Arithmetic("divide", Functions::quotient),
                        new Arithmetic("pow", Functions::power),
                        new InsertString(),
                        new AppendString(),
                        new FromUnix("fromUnixTimestamp", 1_000),
                        new FromUnix("fromUnixTimestampMs", 1),
                        new ToNumber());
    }

    private static BigDecimal quotient(BigDecimal left, BigDecimal right) {
        if (right.signum() == 0) {
            throw Fault.invalid("divide must not be by 0");
        }
        return left.divide(right, MathContext.DECIMAL64);
    }

    private static BigDecimal power(BigDecimal base, BigDecimal exponent) {
        double power = Math.pow(base.doubleValue(), exponent.doubleValue());
        if (!Double.isFinite(power) || Math.abs(power) > LARGEST.doubleValue()) {
            throw Fault.invalid("pow must give a number of at most " + LARGEST);
        }
        boolean exact = exponent.stripTrailingZeros().scale() <= 0
                && exponent.signum() >= 0
                && exponent.compareTo(BigDecimal.valueOf(MAX_POWER)) <= 0;
        return exact ? base.pow(exponent.intValueExact(), MathContext.DECIMAL64) : BigDecimal.valueOf(power);
    }

    private static <T> BigDecimal number(Adapter<T> runtime, FunctionArgument<T> argument) {
        return Written.decimal(
                "an argument of a function", runtime.toNumber(argument.value()).toString());
    }

    private static <T> long whole(Adapter<T> runtime, String function, FunctionArgument<T> argument) {
        BigDecimal number = number(runtime, argument);
        try {
            return number.longValueExact();
        } catch (ArithmeticException e) {
            throw Fault.invalid(function + " must have a whole number");
        }
    }

    private interface Operation {
        BigDecimal of(BigDecimal left, BigDecimal right);
    }

    private static final class Arithmetic extends BaseFunction {
        private final Operation operation;

        Arithmetic(String name, Operation operation) {
            super(name, NUMBER, NUMBER);
            this.operation = operation;
        }

        @Override
        protected <T> T callFunction(Adapter<T> runtime, List<FunctionArgument<T>> arguments) {
            BigDecimal result = operation.of(number(runtime, arguments.get(0)), number(runtime, arguments.get(1)));
            if (result.abs().compareTo(LARGEST) > 0) {
                throw Fault.invalid(name() + " must give a number of at most " + LARGEST);
            }
            BigDecimal rounded = result.round(MathContext.DECIMAL64);
            return runtime.parseString(rounded.scale() < 0 ? rounded.setScale(0).toString() : rounded.toString());
        }
    }

    private static final class InsertString extends BaseFunction {
        InsertString() {
            super("insertString", STRING, STRING, NUMBER);
        }

        @Override
        protected <T> T callFunction(Adapter<T> runtime, List<FunctionArgument<T>> arguments) {
            String original = runtime.toString(arguments.get(0).value());
            long at = whole(runtime, name(), arguments.get(2));
            if (at < 0 || at > original.length()) {
                throw Fault.invalid("insertString must have a position within the text");
            }
            return runtime.createString(new StringBuilder(original)
                    .insert((int) at, runtime.toString(arguments.get(1).value()))
                    .toString());
        }
    }

    private static final class AppendString extends BaseFunction {
        AppendString() {
            super("appendString", STRING, STRING);
        }

        @Override
        protected <T> T callFunction(Adapter<T> runtime, List<FunctionArgument<T>> arguments) {
            return runtime.createString(runtime.toString(arguments.get(0).value())
                    + runtime.toString(arguments.get(1).value()));
        }
    }

    private static final class FromUnix extends BaseFunction {
        private final long millis;

        FromUnix(String name, long millis) {
            super(name, NUMBER);
            this.millis = millis;
        }

        @Override
        protected <T> T callFunction(Adapter<T> runtime, List<FunctionArgument<T>> arguments) {
            String unixMillis = number(runtime, arguments.get(0))
                    .multiply(BigDecimal.valueOf(millis))
                    .toPlainString();
            whole(runtime, name(), arguments.get(0));
            return runtime.createString(TIME.format(Written.epochMillis(name(), Written.decimal(name(), unixMillis))));
        }
    }

    /** The library's own gives binary numbers, which lose the digits that the device wrote. */
    private static final class ToNumber extends BaseFunction {
        ToNumber() {
            super("to_number", ArgumentConstraints.anyValue());
        }

        @Override
        protected <T> T callFunction(Adapter<T> runtime, List<FunctionArgument<T>> arguments) {
            T value = arguments.get(0).value();
            return switch (runtime.typeOf(value)) {
                case NUMBER -> value;
                case STRING -> {
                    try {
                        yield runtime.parseString(
                                Written.decimal("", runtime.toString(value)).toString());
                    } catch (Fault notANumber) {
                        yield runtime.createNull();
                    }
                }
                case NULL, BOOLEAN, ARRAY, OBJECT -> runtime.createNull();
            };
        }
    }
}
