using Weft.Proxy.Filters.Jwt;

namespace Weft.Proxy.Filters;

/// <summary>RFC 8032, section 7.1, and what must not pass.</summary>
public sealed class Ed25519Tests
{
    private const string Key = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025";
    private const string Signature = "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a";

    // The order of the group, little-endian.
    private const string Order = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

    [Theory]
    [InlineData("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72", "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData(Key, "af82", Signature)]
    [InlineData("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f", "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704")]
    public void Vectors_of_the_RFC_verify(string key, string message, string signature) => Assert.True(Verifies(key, message, signature));

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fc51")]
    [InlineData("")]
    public void What_is_no_key_verifies_nothing(string key) => Assert.False(Verifies(key, "af82", Signature));

    [Fact]
    public void Any_changed_bit_of_signature_message_or_key_is_noticed()
    {
        var (key, message, signature) = (Convert.FromHexString(Key), Convert.FromHexString("af82"), Convert.FromHexString(Signature));
        foreach (var bytes in (byte[][])[signature, message, key])
        {
            for (var bit = 0; bit < bytes.Length * 8; bit += 7)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(Ed25519.Verifies(key, message, signature));
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }

        Assert.True(Ed25519.Verifies(key, message, signature));
        Assert.False(Ed25519.Verifies(key, message, signature.AsSpan(1)));
    }

    // The same signature with S + L would verify where S is not limited: tokens would not be unique.
    [Fact]
    public void A_signature_has_one_form()
    {
        var signature = Convert.FromHexString(Signature);
        var s = new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true) + new System.Numerics.BigInteger(Convert.FromHexString(Order), isUnsigned: true);
        Assert.True(s.TryWriteBytes(signature.AsSpan(32), out _, isUnsigned: true));

        Assert.False(Ed25519.Verifies(Convert.FromHexString(Key), Convert.FromHexString("af82"), signature));
    }

    private static bool Verifies(string key, string message, string signature) => Ed25519.Verifies(Convert.FromHexString(key), Convert.FromHexString(message), Convert.FromHexString(signature));
}
