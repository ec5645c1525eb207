using System.Text;
using Weft.Demos.Guestbook.Redis;

namespace Weft.Demos.Guestbook;

public sealed class RdbSnapshotTests
{
    [Fact]
    public void What_is_written_is_read_again()
    {
        var values = new Dictionary<string, byte[]> { ["short"] = [1, 2, 255], ["long \u00ff"] = new byte[100_000], ["empty"] = [] };

        var read = RdbSnapshot.Read(RdbSnapshot.Write(values));

        Assert.Equal(values.Keys.Order(), read.Keys.Order());
        Assert.All(values, each => Assert.Equal(each.Value, read[each.Key]));
    }

    [Theory]
    [InlineData(new byte[] { 0xc0, 0xfe }, "-2")]
    [InlineData(new byte[] { 0xc1, 0x39, 0x30 }, "12345")]
    [InlineData(new byte[] { 0xc2, 0x15, 0xcd, 0x5b, 0x07 }, "123456789")]
    [InlineData(new byte[] { 0xc3, 0x05, 0x0a, 0x00, (byte)'a', 0xe0, 0x00, 0x00 }, "aaaaaaaaaa")]
    [InlineData(new byte[] { 0x40, 0x02, (byte)'h', (byte)'i' }, "hi")]
    public void Values_are_read_in_every_form_of_a_string(byte[] value, string text)
    {
        byte[] snapshot = [.. "REDIS0010"u8, 0xfa, 1, (byte)'a', 1, (byte)'b', 0xfe, 0, 0xfb, 1, 0, 0xfc, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, (byte)'k', .. value, 0xff];

        Assert.Equal(text, Encoding.ASCII.GetString(RdbSnapshot.Read(snapshot)["k"]));
    }

    [Fact]
    public void A_list_is_refused_by_its_type() =>
        Assert.Contains("type 18", Assert.Throws<InvalidDataException>(() => RdbSnapshot.Read([.. "REDIS0010"u8, 18])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_damaged_snapshot_is_refused_and_nothing_worse()
    {
        var random = new Random(5);
        var good = RdbSnapshot.Write([KeyValuePair.Create("key", "value"u8.ToArray()), KeyValuePair.Create("other", new byte[70])]);
        for (var round = 0; round < 5000; round++)
        {
            byte[] bad = [.. good.AsSpan(0, random.Next(good.Length + 1))];
            if (bad.Length > 9)
            {
                bad[random.Next(9, bad.Length)] = (byte)random.Next(256);
            }

            try
            {
                RdbSnapshot.Read(bad);
            }
            catch (InvalidDataException)
            {
                // The one way in which damage may end.
            }
        }
    }
}
