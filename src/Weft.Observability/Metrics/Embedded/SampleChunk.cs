using System.Numerics;

namespace Weft.Observability.Metrics.Embedded;

/// <summary>
/// Up to <see cref="Capacity"/> samples, compressed as Facebook's Gorilla paper describes: timestamps as differences of differences,
/// values as differences of bits. One writer; any number of readers at the same time, who see whole samples only and take no lock.
/// </summary>
internal sealed class SampleChunk(long firstTime)
{
    public const int Capacity = 120;

    // What an object of this kind and its array weigh beside the compressed bytes.
    private const int Overhead = 112;

    private byte[] _buffer = new byte[32];
    private int _count;
    private long _maxTime = firstTime;

    private int _bits;
    private long _previousTime;
    private long _previousDelta;
    private long _previousValue;
    private int _leading = -1;
    private int _significant;

    public long MinTime { get; } = firstTime;

    public long MaxTime => Volatile.Read(ref _maxTime);

    public int Count => Volatile.Read(ref _count);

    public bool IsFull => _count == Capacity;

    public int Size => Overhead + Volatile.Read(ref _buffer).Length;

    public double LastValue => BitConverter.Int64BitsToDouble(_previousValue);

    /// <summary>Only the writer calls this, with times that grow.</summary>
    public void Append(long time, double value)
    {
        // The longest sample takes 4 + 64 bits for its time and 13 + 64 for its value.
        if (_bits + 160 > _buffer.Length * 8)
            Grow();
        var bits = BitConverter.DoubleToInt64Bits(value);
        if (_count == 0)
        {
            Write((ulong)bits, 64);
        }
        else
        {
            AppendTime(time);
            AppendValue(bits);
        }

        _previousTime = time;
        _previousValue = bits;
        Volatile.Write(ref _maxTime, time);
        // Last, so that a reader who counts this sample finds all its bits.
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Gives back unused space; no sample may follow.</summary>
    public void Seal() => Volatile.Write(ref _buffer, _buffer.AsSpan(0, (_bits + 7) / 8).ToArray());

    /// <summary>Adds the samples within the times, both included.</summary>
    public void ReadInto(SampleBuffer target, long from, long to)
    {
        var count = Count;
        var reader = new BitReader(Volatile.Read(ref _buffer));
        var time = MinTime;
        var delta = 0L;
        var value = 0L;
        var leading = 0;
        var significant = 0;
        for (var i = 0; i < count; i++)
        {
            if (i == 0)
            {
                value = (long)reader.Read(64);
            }
            else
            {
                delta += reader.ReadTimeChange();
                time += delta;
                value ^= reader.ReadValueChange(ref leading, ref significant);
            }

            if (time > to)
                return;
            if (time >= from)
                target.Add(time, BitConverter.Int64BitsToDouble(value));
        }
    }

    private void AppendTime(long time)
    {
        var delta = time - _previousTime;
        var change = delta - _previousDelta;
        _previousDelta = delta;
        switch (change)
        {
            case 0:
                Write(0, 1);
                break;
            case >= -8192 and < 8192:
                Write(0b10, 2);
                Write((ulong)change & 0x3fff, 14);
                break;
            case >= -65536 and < 65536:
                Write(0b110, 3);
                Write((ulong)change & 0x1ffff, 17);
                break;
            default:
                Write(0b111, 3);
                Write((ulong)change, 64);
                break;
        }
    }

    private void AppendValue(long bits)
    {
        var change = (ulong)(bits ^ _previousValue);
        if (change == 0)
        {
            Write(0, 1);
            return;
        }

        var leading = Math.Min(31, BitOperations.LeadingZeroCount(change));
        var trailing = BitOperations.TrailingZeroCount(change);
        if (_leading >= 0 && leading >= _leading && trailing >= 64 - _leading - _significant)
        {
            Write(0b10, 2);
            Write(change >> (64 - _leading - _significant), _significant);
            return;
        }

        _leading = leading;
        _significant = 64 - leading - trailing;
        Write(0b11, 2);
        Write((ulong)leading, 5);
        Write((ulong)(_significant - 1), 6);
        Write(change >> trailing, _significant);
    }

    private void Grow()
    {
        var larger = new byte[Math.Max(_buffer.Length * 3 / 2, _buffer.Length + 24)];
        _buffer.CopyTo(larger, 0);
        Volatile.Write(ref _buffer, larger);
    }

    private void Write(ulong value, int count)
    {
        while (count > 0)
        {
            var free = 8 - (_bits & 7);
            var taken = Math.Min(free, count);
            var part = (value >> (count - taken)) & ((1UL << taken) - 1);
            _buffer[_bits >> 3] |= (byte)(part << (free - taken));
            _bits += taken;
            count -= taken;
        }
    }

    private ref struct BitReader(ReadOnlySpan<byte> buffer)
    {
        private readonly ReadOnlySpan<byte> _buffer = buffer;
        private int _bits;

        public ulong Read(int count)
        {
            var value = 0UL;
            while (count > 0)
            {
                var available = 8 - (_bits & 7);
                var taken = Math.Min(available, count);
                var part = ((uint)_buffer[_bits >> 3] >> (available - taken)) & ((1u << taken) - 1);
                value = (value << taken) | part;
                _bits += taken;
                count -= taken;
            }

            return value;
        }

        public long ReadTimeChange()
        {
            if (Read(1) == 0)
                return 0;
            if (Read(1) == 0)
                return Signed(Read(14), 14);
            return Read(1) == 0 ? Signed(Read(17), 17) : (long)Read(64);
        }

        public long ReadValueChange(ref int leading, ref int significant)
        {
            if (Read(1) == 0)
                return 0;
            if (Read(1) == 1)
            {
                leading = (int)Read(5);
                significant = (int)Read(6) + 1;
            }

            return (long)(Read(significant) << (64 - leading - significant));
        }

        private static long Signed(ulong value, int width) => (long)(value << (64 - width)) >> (64 - width);
    }
}
