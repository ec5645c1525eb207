using System.Numerics;
using System.Security.Cryptography;

namespace Weft.Proxy.Filters.Jwt;

/// <summary>
/// Verification of Ed25519 signatures (RFC 8032, 5.1.7), which the framework does not have. Keys and signatures are public: nothing here has to take the same time for all.
/// There is no signing.
/// </summary>
internal static class Ed25519
{
    private const int Length = 32;

    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger L = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);
    private static readonly BigInteger D = Mod(-121665 * Inverse(121666));
    private static readonly BigInteger RootOfMinusOne = BigInteger.ModPow(2, (P - 1) / 4, P);
    private static readonly Point Base = Decode(4 * Inverse(5) % P, isOdd: false)!.Value;

    /// <returns>False also for a key or signature of another length, and for what is no point of the curve.</returns>
    public static bool Verifies(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 2 * Length || TryReadKey(key) is not { } point)
        {
            return false;
        }

        var s = Number(signature[Length..]);
        if (s >= L)
        {
            return false;
        }

        var challenge = Number(SHA512.HashData([.. signature[..Length], .. key, .. message])) % L;
        return Encoded(SumOfProducts(s, Base, challenge, point.Negated())).AsSpan().SequenceEqual(signature[..Length]);
    }

    /// <summary>Whether these bytes are a key.</summary>
    public static bool IsKey(ReadOnlySpan<byte> key) => TryReadKey(key) is not null;

    private static Point? TryReadKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Length)
        {
            return null;
        }

        Span<byte> y = stackalloc byte[Length];
        key.CopyTo(y);
        y[^1] &= 0x7F;
        return Decode(Number(y), isOdd: (key[^1] & 0x80) != 0);
    }

    // 5.1.3: x from y, by the square root of (y^2 - 1) / (d y^2 + 1).
    private static Point? Decode(BigInteger y, bool isOdd)
    {
        if (y >= P)
        {
            return null;
        }

        var square = y * y % P;
        var (u, v) = (Mod(square - 1), (D * square + 1) % P);
        var v3 = v * v % P * v % P;
        var x = u * v3 % P * BigInteger.ModPow(u * v3 % P * v3 % P * v % P, (P - 5) / 8, P) % P;
        var check = v * x % P * x % P;
        if (check != u)
        {
            if (check != Mod(-u))
            {
                return null;
            }

            x = x * RootOfMinusOne % P;
        }

        if (x.IsZero && isOdd)
        {
            return null;
        }

        x = x.IsEven == isOdd ? P - x : x;
        return new Point(x, y, BigInteger.One, x * y % P);
    }

    // Both products at once: one doubling per bit of the longer factor.
    private static Point SumOfProducts(BigInteger a, Point p, BigInteger b, Point q)
    {
        var both = p.Plus(q);
        var sum = new Point(0, 1, 1, 0);
        for (var bit = 252; bit >= 0; bit--)
        {
            sum = sum.Doubled();
            var (inA, inB) = (!((a >> bit) & 1).IsZero, !((b >> bit) & 1).IsZero);
            if (inA || inB)
            {
                sum = sum.Plus(inA && inB ? both : inA ? p : q);
            }
        }

        return sum;
    }

    private static byte[] Encoded(Point point)
    {
        var inverse = Inverse(point.Z);
        var (x, y) = (point.X * inverse % P, point.Y * inverse % P);
        var bytes = new byte[Length];
        y.TryWriteBytes(bytes, out _, isUnsigned: true);
        bytes[^1] |= (byte)(x.IsEven ? 0 : 0x80);
        return bytes;
    }

    private static BigInteger Number(ReadOnlySpan<byte> littleEndian) => new(littleEndian, isUnsigned: true);

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(value, P - 2, P);

    private static BigInteger Mod(BigInteger value) => ((value % P) + P) % P;

    /// <summary>Extended homogeneous coordinates (5.1.4): x = X/Z, y = Y/Z, xy = T/Z.</summary>
    private readonly record struct Point(BigInteger X, BigInteger Y, BigInteger Z, BigInteger T)
    {
        public Point Negated() => new(Mod(-X), Y, Z, Mod(-T));

        public Point Plus(Point other)
        {
            var a = (Y - X) * (other.Y - other.X);
            var b = (Y + X) * (other.Y + other.X);
            var c = T * 2 * D % P * other.T;
            var d = Z * 2 * other.Z;
            return Of(e: b - a, f: d - c, g: d + c, h: b + a);
        }

        public Point Doubled()
        {
            var (a, b) = (X * X, Y * Y);
            var h = a + b;
            var sum = X + Y;
            var g = a - b;
            return Of(e: h - (sum * sum), f: (2 * Z * Z) + g, g, h);
        }

        private static Point Of(BigInteger e, BigInteger f, BigInteger g, BigInteger h)
        {
            (e, f, g, h) = (Mod(e), Mod(f), Mod(g), Mod(h));
            return new Point(e * f % P, g * h % P, f * g % P, e * h % P);
        }
    }
}
