using System.Text;

namespace Weft.Demos.MySql;

/// <summary>A service's side of MySQL's protocol: one connection, one statement, closed again, as the demos do.</summary>
internal static class MySqlClient
{
    // LONG_PASSWORD, CONNECT_WITH_DB, PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH
    private const uint Capabilities = 0x0000_0001 | 0x0000_0008 | 0x0000_0200 | 0x0000_8000 | 0x0008_0000;

    /// <exception cref="MySqlException">The server refused the login or the statement.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="InvalidDataException">The peer does not speak the protocol.</exception>
    public static async Task<MySqlResult> QueryAsync(Stream connection, string user, string password, string database, string statement, CancellationToken cancellationToken)
    {
        var packets = new MySqlPackets(connection);
        await packets.WriteAsync(cancellationToken, Login(await NextAsync(packets, cancellationToken), user, password, database));
        await NextAsync(packets, cancellationToken);
        packets.Reset();
        await packets.WriteAsync(cancellationToken, [[0x03, .. Encoding.UTF8.GetBytes(statement)]]);
        var result = await RowsAsync(packets, cancellationToken);
        packets.Reset();
        await packets.WriteAsync(cancellationToken, [[0x01]]);
        return result;
    }

    private static async Task<MySqlResult> RowsAsync(MySqlPackets packets, CancellationToken cancellationToken)
    {
        int columnCount = (await NextAsync(packets, cancellationToken))[0];
        var columns = new string[columnCount];
        for (var i = 0; i < columnCount; i++)
        {
            columns[i] = ColumnName(await NextAsync(packets, cancellationToken));
        }

        await NextAsync(packets, cancellationToken);
        List<IReadOnlyList<string>> rows = [];
        while (await NextAsync(packets, cancellationToken) is var packet && packet is not [0xfe, _, _, _, _])
        {
            rows.Add(Row(packet, columnCount));
        }

        return new MySqlResult(columns, rows);
    }

    private static async ValueTask<byte[]> NextAsync(MySqlPackets packets, CancellationToken cancellationToken)
    {
        var packet = await packets.ReadAsync(cancellationToken) ?? throw new EndOfStreamException("the database closed the connection");
        return packet switch
        {
            [] => throw new InvalidDataException("MySQL packet is empty"),
            [0xff, var low, var high, .. var rest] => throw new MySqlException(low | (high << 8), Encoding.UTF8.GetString(rest is [(byte)'#', ..] ? rest.AsSpan(6) : rest)),
            _ => packet,
        };
    }

    private static byte[] Login(ReadOnlySpan<byte> greeting, string user, string password, string database)
    {
        MySqlPackets.Take(ref greeting, 1);
        MySqlPackets.TakeZeroTerminated(ref greeting);
        MySqlPackets.Take(ref greeting, 4);
        byte[] challenge = [.. MySqlPackets.Take(ref greeting, 8)];
        MySqlPackets.Take(ref greeting, 19);
        var proof = MySqlPackets.NativePassword(password, [.. challenge, .. MySqlPackets.Take(ref greeting, 12)]);

        List<byte> packet = [unchecked((byte)Capabilities), unchecked((byte)(Capabilities >> 8)), (byte)(Capabilities >> 16), 0, 0, 0, 0, 1, 45];
        packet.AddRange(new byte[23]);
        packet.AddRange([.. Encoding.UTF8.GetBytes(user), 0, (byte)proof.Length, .. proof]);
        packet.AddRange([.. Encoding.UTF8.GetBytes(database), 0]);
        packet.AddRange("mysql_native_password\0"u8);
        return [.. packet];
    }

    private static string ColumnName(ReadOnlySpan<byte> packet)
    {
        for (var i = 0; i < 4; i++)
        {
            MySqlPackets.TakeText(ref packet);
        }

        return MySqlPackets.TakeText(ref packet) ?? "";
    }

    private static string[] Row(ReadOnlySpan<byte> packet, int columns)
    {
        var row = new string[columns];
        for (var i = 0; i < columns; i++)
        {
            row[i] = MySqlPackets.TakeText(ref packet) ?? "";
        }

        return row;
    }
}
