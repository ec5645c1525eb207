using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Weft.Demos.MySql;

/// <summary>
/// One connection of a client, in the exchange that MySQL's protocol fixes: (1) the server greets with a challenge, (2) the client answers
/// with its user and proof, (3) OK or error, then (4) commands, each answered, until COM_QUIT or the end of the connection.
/// </summary>
internal sealed class MySqlSession(Stream stream, string password, Func<string, MySqlResult> tables)
{
    private const int AccessDenied = 1045;
    private const int UnknownCommand = 1047;
    private const byte ComQuit = 0x01;
    private const byte ComInitDatabase = 0x02;
    private const byte ComQuery = 0x03;
    private const byte ComPing = 0x0e;

    // CLIENT_LONG_PASSWORD, LONG_FLAG, CONNECT_WITH_DB, PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, PLUGIN_AUTH
    private const uint Capabilities = 0x0000_0001 | 0x0000_0004 | 0x0000_0008 | 0x0000_0200 | 0x0000_2000 | 0x0000_8000 | 0x0008_0000;

    private readonly MySqlPackets _packets = new(stream);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var challenge = Challenge();
        await _packets.WriteAsync(cancellationToken, Greeting(challenge));
        if (await _packets.ReadAsync(cancellationToken) is not { } login)
        {
            return;
        }

        if (!IsAuthentic(login, challenge))
        {
            await _packets.WriteAsync(cancellationToken, Error(new MySqlException(AccessDenied, "Access denied (using password: YES)")));
            return;
        }

        await _packets.WriteAsync(cancellationToken, Ok());
        await ServeCommandsAsync(cancellationToken);
    }

    private async Task ServeCommandsAsync(CancellationToken cancellationToken)
    {
        while (await _packets.ReadAsync(cancellationToken) is { Length: > 0 } command && command[0] != ComQuit)
        {
            await _packets.WriteAsync(cancellationToken, Answer(command));
        }
    }

    private List<byte[]> Answer(byte[] command)
    {
        try
        {
            return command[0] switch
            {
                ComPing or ComInitDatabase => [Ok()],
                ComQuery => MySqlStatements.Execute(Encoding.UTF8.GetString(command.AsSpan(1)), tables) is { } result ? Packets(result) : [Ok()],
                _ => throw new MySqlException(UnknownCommand, "Unknown command"),
            };
        }
        catch (MySqlException error)
        {
            return [Error(error)];
        }
    }

    private bool IsAuthentic(byte[] login, byte[] challenge)
    {
        ReadOnlySpan<byte> rest = login;
        MySqlPackets.Take(ref rest, 32); // capabilities, longest packet, character set, filler
        var user = MySqlPackets.TakeZeroTerminated(ref rest);
        var proof = MySqlPackets.Take(ref rest, MySqlPackets.TakeLength(ref rest) ?? 0);
        return user == "root" && CryptographicOperations.FixedTimeEquals(proof, MySqlPackets.NativePassword(password, challenge));
    }

    /// <summary>Twenty bytes without a zero, which would end the string in the greeting.</summary>
    private static byte[] Challenge()
    {
        var challenge = RandomNumberGenerator.GetBytes(20);
        for (var i = 0; i < challenge.Length; i++)
        {
            challenge[i] = (byte)((challenge[i] & 0x7f) | 0x01);
        }

        return challenge;
    }

    private static byte[] Greeting(byte[] challenge)
    {
        List<byte> packet = [10];
        packet.AddRange("8.0.20\0"u8);
        packet.AddRange([1, 0, 0, 0]);
        packet.AddRange(challenge.AsSpan(0, 8));
        packet.Add(0);
        packet.AddRange([unchecked((byte)Capabilities), unchecked((byte)(Capabilities >> 8)), 45, 2, 0]);
        packet.AddRange([(byte)(Capabilities >> 16), (byte)(Capabilities >> 24), 21]);
        packet.AddRange(new byte[10]);
        packet.AddRange(challenge.AsSpan(8));
        packet.AddRange("\0mysql_native_password\0"u8);
        return [.. packet];
    }

    private static byte[] Ok() => [0, 0, 0, 2, 0, 0, 0];

    private static byte[] EndOfRows() => [0xfe, 0, 0, 2, 0];

    private static byte[] Error(MySqlException error)
    {
        List<byte> packet = [0xff, (byte)error.Code, (byte)(error.Code >> 8)];
        packet.AddRange(error.Code == AccessDenied ? "#28000"u8 : "#42000"u8);
        packet.AddRange(Encoding.UTF8.GetBytes(error.ServerMessage));
        return [.. packet];
    }

    private static List<byte[]> Packets(MySqlResult result)
    {
        List<byte[]> packets = [[(byte)result.Columns.Count], .. result.Columns.Select(Column), EndOfRows()];
        foreach (var row in result.Rows)
        {
            List<byte> packet = [];
            foreach (var value in row)
            {
                MySqlPackets.AppendText(packet, value);
            }

            packets.Add([.. packet]);
        }

        packets.Add(EndOfRows());
        return packets;
    }

    private static byte[] Column(string name)
    {
        const byte varString = 0xfd;
        List<byte> packet = [];
        foreach (var text in (string[])["def", "test", "", "", name, name])
        {
            MySqlPackets.AppendText(packet, text);
        }

        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, 255);
        packet.AddRange([0x0c, 45, 0, .. length, varString, 0, 0, 0, 0, 0]);
        return [.. packet];
    }
}
