using System.Text;
using Weft.Demos.Guestbook.Redis;

namespace Weft.Demos.Guestbook;

public sealed class RespReaderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("*2\r\n$3\r\nGET\r\n$8\r\nmessages\r\n", "GET messages")]
    [InlineData("PING\r\n", "PING")]
    [InlineData("  SET  a   b \n", "SET a b")]
    [InlineData("\r\n", "")]
    [InlineData("*0\r\n", "")]
    [InlineData("*-1\r\n", "")]
    public async Task A_command_is_an_array_or_a_line(string bytes, string words)
    {
        var command = await Reader(bytes).ReadCommandAsync(Cancellation);

        Assert.Equal(words, string.Join(' ', command!.Select(Encoding.ASCII.GetString)));
    }

    [Theory]
    [InlineData("*1\r\n+GET\r\n")]
    [InlineData("*x\r\n")]
    [InlineData("*1048576\r\n")]
    [InlineData("*1\r\n$-5\r\n")]
    [InlineData("*1\r\n$999999999\r\n")]
    [InlineData("*1\r\n$3\r\nGETxx")]
    [InlineData("*99999999999999999999\r\n")]
    public async Task What_breaks_the_protocol_is_refused(string bytes) =>
        await Assert.ThrowsAsync<InvalidDataException>(async () => await Reader(bytes).ReadCommandAsync(Cancellation));

    [Fact]
    public async Task A_line_without_end_is_refused_before_it_fills_the_memory() =>
        await Assert.ThrowsAsync<InvalidDataException>(async () => await Reader(new string('x', 100_000)).ReadCommandAsync(Cancellation));

    [Fact]
    public async Task Any_bytes_end_in_commands_or_in_an_error_that_is_expected()
    {
        var random = new Random(11);
        const string alphabet = "*$\r\n+-:0123456789GETx\0\u00ff";
        for (var round = 0; round < 5000; round++)
        {
            var bytes = new byte[random.Next(0, 80)];
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)alphabet[random.Next(alphabet.Length)];
            }

            try
            {
                var reader = new RespReader(new MemoryStream(bytes));
                while (await reader.ReadCommandAsync(Cancellation) is not null)
                {
                    Assert.InRange(reader.Consumed, 1, bytes.Length);
                }
            }
            catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
            {
                // The two ways in which garbage may end.
            }
        }
    }

    [Fact]
    public async Task Bytes_are_counted_as_they_are_taken_not_as_they_arrive()
    {
        var reader = Reader("*1\r\n$4\r\nPING\r\nPING\r\n");

        await reader.ReadCommandAsync(Cancellation);
        Assert.Equal(14, reader.Consumed);
        await reader.ReadCommandAsync(Cancellation);
        Assert.Equal(20, reader.Consumed);
        Assert.Null(await reader.ReadCommandAsync(Cancellation));
    }

    private static RespReader Reader(string bytes) => new(new MemoryStream(Encoding.Latin1.GetBytes(bytes)));
}
