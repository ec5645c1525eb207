namespace Weft.Observability.Metrics.Embedded;

public sealed class SampleChunkTests
{
    [Fact]
    public void What_goes_in_comes_out_bit_for_bit()
    {
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            var samples = RandomSamples(random, 1 + random.Next(SampleChunk.Capacity));
            var chunk = Filled(samples);

            Assert.Equal(samples, Read(chunk));
            chunk.Seal();
            Assert.Equal(samples, Read(chunk));
        }
    }

    [Fact]
    public void Reading_is_bounded_by_time_on_both_sides()
    {
        var chunk = Filled([.. Enumerable.Range(0, 100).Select(static i => (i * 1000L, (double)i))]);
        var buffer = new SampleBuffer();

        chunk.ReadInto(buffer, 10_000, 12_500);

        Assert.Equal([10_000, 11_000, 12_000], buffer.Times.ToArray());
    }

    [Fact]
    public void A_regular_counter_takes_few_bytes()
    {
        var chunk = Filled([.. Enumerable.Range(0, SampleChunk.Capacity).Select(static i => (1_700_000_000_000 + (i * 5000L), 1000.0 + (i * 7)))]);
        chunk.Seal();

        Assert.InRange(chunk.Size / (double)SampleChunk.Capacity, 0, 5);
    }

    [Fact]
    public async Task A_reader_sees_whole_samples_while_the_writer_writes()
    {
        for (var round = 0; round < 50; round++)
        {
            var random = new Random(round);
            var samples = RandomSamples(random, SampleChunk.Capacity);
            var chunk = new SampleChunk(samples[0].Item1);
            var writing = Task.Run(() => samples.ForEach(sample => chunk.Append(sample.Item1, sample.Item2)), TestContext.Current.CancellationToken);
            while (!writing.IsCompleted)
            {
                var seen = Read(chunk);
                Assert.Equal(samples.Take(seen.Count), seen);
            }

            await writing;
        }
    }

    private static List<(long, double)> RandomSamples(Random random, int count)
    {
        var samples = new List<(long, double)>();
        var time = random.NextInt64(-1_000_000, 2_000_000_000_000);
        var value = random.NextDouble() * 1e6;
        for (var i = 0; i < count; i++)
        {
            samples.Add((time, value));
            time += random.Next(5) switch { 0 => random.NextInt64(1, 100_000_000_000), 1 => random.Next(1, 100_000), _ => 5000 };
            value = random.Next(8) switch
            {
                0 => double.NaN,
                1 => PromQL.GoMath.Stale,
                2 => double.NegativeInfinity,
                3 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                4 => value,
                _ => Math.Round(random.NextDouble() * 1000),
            };
        }

        return samples;
    }

    private static SampleChunk Filled(List<(long Time, double Value)> samples)
    {
        var chunk = new SampleChunk(samples[0].Time);
        samples.ForEach(sample => chunk.Append(sample.Time, sample.Value));
        return chunk;
    }

    private static List<(long, double)> Read(SampleChunk chunk)
    {
        var buffer = new SampleBuffer();
        chunk.ReadInto(buffer, long.MinValue, long.MaxValue);
        var samples = new List<(long, double)>();
        for (var i = 0; i < buffer.Count; i++)
            samples.Add((buffer.Times[i], buffer.Values[i]));
        return samples;
    }
}
