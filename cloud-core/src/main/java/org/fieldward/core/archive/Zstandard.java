package org.fieldward.core.archive;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Parquet's pages through the Zstandard library that is here anyway, rather than through Hadoop's registry of codecs. */
final class Zstandard implements CompressionCodecFactory {

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName name) {
        refuseOthers(name);
        return new BytesInputCompressor() {
            @Override
            public BytesInput compress(BytesInput bytes) throws IOException {
                return BytesInput.from(Zstd.compress(bytes.toByteArray()));
            }

            @Override
            public CompressionCodecName getCodecName() {
                return CompressionCodecName.ZSTD;
            }

            @Override
            public void release() {}
        };
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
        refuseOthers(name);
        return new BytesInputDecompressor() {
            @Override
            public BytesInput decompress(BytesInput bytes, int size) throws IOException {
                return BytesInput.from(Zstd.decompress(bytes.toByteArray(), size));
            }

            @Override
            public void decompress(ByteBuffer input, int from, ByteBuffer output, int size) {
                byte[] packed = new byte[from];
                input.get(packed);
                output.put(Zstd.decompress(packed, size));
            }

            @Override
            public void release() {}
        };
    }

    private static void refuseOthers(CompressionCodecName name) {
        if (name != CompressionCodecName.ZSTD) {
            throw new IllegalArgumentException("compression must be ZSTD, was " + name);
        }
    }

    @Override
    public void release() {}
}
