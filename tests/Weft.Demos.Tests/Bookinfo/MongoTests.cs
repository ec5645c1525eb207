using System.Diagnostics;
using Weft.Demos.Hosting;
using Weft.Demos.MongoDb;

namespace Weft.Demos.Bookinfo;

public sealed class MongoTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ratings_v2_read_the_collection()
    {
        await using var world = new DemoWorld();
        _ = world.Start("mongodb", BookinfoWorlds.Images + "mongodb:1.20.3");
        _ = world.Start("ratings", BookinfoWorlds.Images + "ratings-v2:1.20.3", ("MONGO_DB_URL", "mongodb://mongodb:27017/test"));
        using var client = world.Client();

        Assert.Equal("""{"id":0,"ratings":{"Reviewer1":5,"Reviewer2":4}}""", (await client.GetStringAsync(new Uri("http://ratings:9080/ratings/0"), Cancellation)).Trim());
        world.Broken["mongodb"] = true;
        using var answer = await client.GetAsync(new Uri("http://ratings:9080/ratings/0"), Cancellation);
        Assert.Equal("""{"error":"could not connect to ratings database"}""", (await answer.Content.ReadAsStringAsync(Cancellation)).Trim());
    }

    [Fact]
    public async Task Older_clients_greet_in_the_older_form_and_other_commands_are_refused()
    {
        await using var world = new DemoWorld();
        _ = world.Start("mongodb", BookinfoWorlds.Images + "mongodb:1.20.3");
        await using var connection = await world.DialAsync("mongodb", 27017, Cancellation);
        byte[] query = [.. Bson.Integer(0), .. "admin.$cmd\0"u8, .. Bson.Integer(0), .. Bson.Integer(-1), .. Bson.Write(new BsonDocument { { "isMaster", 1 } })];
        await connection.WriteAsync((byte[])[.. Bson.Integer(query.Length + 16), .. Bson.Integer(7), .. Bson.Integer(0), .. Bson.Integer(2004), .. query], Cancellation);
        var header = new byte[36];
        await connection.ReadExactlyAsync(header, Cancellation);
        var greeting = new byte[BitConverter.ToInt32(header) - header.Length];
        await connection.ReadExactlyAsync(greeting, Cancellation);

        await connection.WriteAsync(MongoMessage.Request(8, new BsonDocument { { "insert", "ratings" }, { "$db", "test" } }), Cancellation);
        var refusal = await MongoMessage.ReadAsync(connection, Cancellation);

        Assert.Equal(1, BitConverter.ToInt32(header, 12));
        Assert.Equal(true, Read(greeting).Find("ismaster"));
        Assert.Equal(59, refusal!.Body.Find("code"));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var written = new BsonDocument
        {
            { "null", null }, { "bool", true }, { "int", -5 }, { "long", 1L << 40 }, { "double", 1.5 }, { "text", "ü" },
            { "list", new object?[] { 1, "two" } }, { "document", new BsonDocument { { "a", 1 } } },
        };

        var read = Read(Bson.Write(written));

        Assert.Equal(written.Select(each => each.Key), read.Select(each => each.Key));
        Assert.Equal(written.Take(6).Select(each => each.Value), read.Take(6).Select(each => each.Value));
        Assert.Equal(new object?[] { 1, "two" }, (IReadOnlyList<object?>)read.Find("list")!);
    }

    [Fact]
    public void Damage_is_refused_and_nothing_worse()
    {
        var random = new Random(17);
        var good = Bson.Write(new BsonDocument { { "list", new object?[] { 1, "two", new BsonDocument { { "a", 1L } } } }, { "double", 2.0 } });
        for (var round = 0; round < 5000; round++)
        {
            byte[] bad = [.. good];
            for (var i = random.Next(4); i >= 0; i--)
            {
                bad[random.Next(4, bad.Length)] = (byte)random.Next(256);
            }

            try
            {
                Read(bad);
            }
            catch (InvalidDataException)
            {
                // The one way in which damage may end.
            }
        }
    }

    [Fact]
    public async Task The_server_survives_garbage()
    {
        await using var world = new DemoWorld();
        _ = world.Start("mongodb", BookinfoWorlds.Images + "mongodb:1.20.3");
        var random = new Random(19);
        for (var i = 0; i < 50; i++)
        {
            var garbage = new byte[random.Next(1, 200)];
            random.NextBytes(garbage);
            await using var connection = await world.DialAsync("mongodb", 27017, Cancellation);
            await connection.WriteAsync(garbage, Cancellation);
        }

        await using var good = await world.DialAsync("mongodb", 27017, Cancellation);
        await good.WriteAsync(MongoMessage.Request(1, new BsonDocument { { "ping", 1 } }), Cancellation);
        Assert.Equal(1.0, (await MongoMessage.ReadAsync(good, Cancellation))!.Body.Find("ok"));
    }

    /// <summary>Against the real driver, where it is installed (Debian: python3-pymongo); skipped elsewhere.</summary>
    [Fact]
    public async Task A_real_driver_reads_the_ratings()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/pymongo"), "pymongo is not installed");
        await using var world = new DemoWorld();
        _ = world.Start("mongodb", BookinfoWorlds.Images + "mongodb:1.20.3");
        await (await world.DialAsync("mongodb", 27017, Cancellation)).DisposeAsync();
        const string script = "import pymongo, sys; print([d['rating'] for d in pymongo.MongoClient(sys.argv[1], serverSelectionTimeoutMS=20000).test.ratings.find()])";
        var start = new ProcessStartInfo("/usr/bin/python3", ["-c", script, $"mongodb://{world.AddressOf("mongodb")}:27017/test"]) { RedirectStandardOutput = true };

        using var python = Process.Start(start)!;
        var output = await python.StandardOutput.ReadToEndAsync(Cancellation);
        await python.WaitForExitAsync(Cancellation);

        Assert.Equal("[5, 4]\n", output);
    }

    private static BsonDocument Read(byte[] bytes)
    {
        ReadOnlySpan<byte> rest = bytes;
        return Bson.Take(ref rest);
    }
}
