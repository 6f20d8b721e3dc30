package org.fieldward.core.archive;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.fieldward.core.observation.Observed;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Unit;

/**
 * Writes readings as a Parquet file, one row per value (https://parquet.apache.org/docs/file-format/). What a value is: {@code
 * unscaled} × 10^-{@code scale}, exactly; {@code value} is the nearest double of it. No number: {@code absent} says why.
 */
final class ReadingsFile implements AutoCloseable {

    static final MessageType SCHEMA = MessageTypeParser.parseMessageType("""
            message reading_value {
              required binary device (STRING);
              optional binary patient (STRING);
              required binary gateway (STRING);
              required int64 measured_at (TIMESTAMP(MICROS,true));
              required int64 received_at (TIMESTAMP(MICROS,true));
              required binary parameter (STRING);
              required binary loinc (STRING);
              optional double value;
              optional int64 unscaled;
              optional int32 scale;
              optional binary unit (STRING);
              optional binary absent (STRING);
              required int32 version;
              required int64 epoch (INTEGER(64,false));
              required int64 sequence (INTEGER(64,false));
              required int64 commitment_batch;
              required int32 commitment_position;
            }""");

    private static final long ROW_GROUP_BYTES = 32L << 20;

    private record Row(Observed observed, int place) {}

    private final ParquetWriter<Row> writer;
    private long rows;

    /** @throws IOException if the file cannot be made; one that is there is replaced */
    ReadingsFile(Path file) throws IOException {
        writer = new Builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withCodecFactory(new Zstandard())
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
                .build();
    }

    void write(Observed observed) throws IOException {
        for (int place = 0; place < observed.record().getParameterCount(); place++) {
            writer.write(new Row(observed, place));
            rows++;
        }
    }

    long rows() {
        return rows;
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    private static final class Builder extends ParquetWriter.Builder<Row, Builder> {

        Builder(OutputFile file) {
            super(file);
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<Row> getWriteSupport(Configuration configuration) {
            return new Rows();
        }

        @Override
        protected WriteSupport<Row> getWriteSupport(ParquetConfiguration configuration) {
            return new Rows();
        }
    }

    @SuppressWarnings("NullAway.Init")
    private static final class Rows extends WriteSupport<Row> {

        private RecordConsumer out;
        private int column;

        @Override
        public WriteContext init(Configuration configuration) {
            return context();
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return context();
        }

        private static WriteContext context() {
            return new WriteContext(SCHEMA, Map.of("format", "fieldward-readings/1"));
        }

        @Override
        public void prepareForWrite(RecordConsumer consumer) {
            out = consumer;
        }

        @Override
        public void write(Row row) {
            StoredReading reading = row.observed().record();
            Parameter parameter = Catalogue.standard().parameter(reading.getParameter(row.place()));
            out.startMessage();
            column = 0;
            text(reading.getDevice());
            some(reading.getPatient());
            text(reading.getGateway());
            number(reading.getMeasuredMicros());
            number(reading.getReceivedMicros());
            text(parameter.key());
            text(parameter.loinc());
            value(reading, row.place());
            small(reading.getVersion());
            number(reading.getEpoch());
            number(reading.getSequence());
            number(row.observed().commitmentBatch());
            small(row.observed().commitmentPosition());
            out.endMessage();
        }

        private void value(StoredReading reading, int place) {
            int absent = reading.getAbsent(place);
            if (absent != 0) {
                column += 4;
                text(AbsentReason.of(absent).code());
                return;
            }
            long unscaled = reading.getUnscaled(place);
            int scale = reading.getScale(place);
            start();
            out.addDouble(BigDecimal.valueOf(unscaled, scale).doubleValue());
            end();
            number(unscaled);
            small(scale);
            text(Unit.of(reading.getUnit(place)).ucum());
            column++;
        }

        private void some(String text) {
            if (text.isEmpty()) {
                column++;
            } else {
                text(text);
            }
        }

        private void text(String text) {
            start();
            out.addBinary(Binary.fromString(text));
            end();
        }

        private void number(long number) {
            start();
            out.addLong(number);
            end();
        }

        private void small(int number) {
            start();
            out.addInteger(number);
            end();
        }

        private void start() {
            out.startField(SCHEMA.getFieldName(column), column);
        }

        private void end() {
            out.endField(SCHEMA.getFieldName(column), column);
            column++;
        }
    }
}
