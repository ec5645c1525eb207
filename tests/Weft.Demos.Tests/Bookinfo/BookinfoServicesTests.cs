using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Weft.Demos.Bookinfo.Ratings;
using Weft.Demos.Hosting;
using Weft.Demos.MySql;

namespace Weft.Demos.Bookinfo;

public sealed class BookinfoServicesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("productpage", "/productpage", "x-b3-traceid x-b3-spanid x-b3-sampled")]
    [InlineData("productpage", "/api/v1/products/0/reviews", "x-b3-traceid x-b3-spanid x-b3-sampled")]
    [InlineData("reviews", "/reviews/0", "x-b3-traceid x-b3-spanid x-b3-parentspanid x-b3-sampled x-b3-flags end-user")]
    public async Task Headers_are_handed_on(string service, string path, string moreHeaders)
    {
        string[] common =
        [
            "x-request-id", "x-ot-span-context", "x-datadog-trace-id", "x-datadog-parent-id", "x-datadog-sampling-priority", "traceparent", "tracestate",
            "x-cloud-trace-context", "grpc-trace-bin", "sw8", "user-agent", "cookie", "authorization", "jwt",
        ];
        await using var world = BookinfoWorlds.Shop();
        ConcurrentBag<IHeaderDictionary> seen = [];
        foreach (var host in (string[])[service == "reviews" ? "ratings" : "reviews"])
        {
            _ = world.Serve(host, 9080, application => application.MapFallback((HttpContext request) =>
            {
                seen.Add(new HeaderDictionary(request.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)));
                return request.Response.WriteTextAsync(200, "application/json", "{}");
            }));
        }

        using var client = world.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{service}:9080{path}");
        string[] expected = [.. common, .. moreHeaders.Split(' ')];
        foreach (var name in (string[])[.. common, "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags", "end-user", "x-private"])
        {
            request.Headers.TryAddWithoutValidation(name, Value(name));
        }

        using var answer = await client.SendAsync(request, Cancellation);

        var headers = Assert.Single(seen);
        Assert.All(expected, name => Assert.Equal(Value(name), headers[name].ToString()));
        Assert.Equal(["Host", .. expected.Order(StringComparer.OrdinalIgnoreCase)], headers.Keys.OrderBy(key => key != "Host").ThenBy(key => key, StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);

        static string Value(string name) => name switch
        {
            "x-b3-traceid" => "463ac35c9f6413ad48485a3953bb6124",
            "x-b3-spanid" => "a2fb4a1d1a96d312",
            "x-b3-sampled" => "1",
            _ => "value-of-" + name,
        };
    }

    [Fact]
    public async Task Details_are_fixed_and_want_a_number()
    {
        await using var world = BookinfoWorlds.Shop();
        using var client = world.Client();

        var details = await client.GetStringAsync(new Uri("http://details:9080/details/7"), Cancellation);
        using var wrong = await client.GetAsync(new Uri("http://details:9080/details/seven"), Cancellation);

        Assert.Equal(
            """{"id":7,"author":"William Shakespeare","year":1595,"type":"paperback","pages":200,"publisher":"PublisherA","language":"English","ISBN-10":"1234567890","ISBN-13":"123-1234567890"}""",
            details.Trim());
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal("""{"error":"please provide numeric product id"}""", (await wrong.Content.ReadAsStringAsync(Cancellation)).Trim());
    }

    [Fact]
    public async Task Details_v2_asks_the_book_api_in_the_clear_where_a_sidecar_encrypts()
    {
        const string book = """
            {"items":[{"volumeInfo":{"authors":["A. Author","B. Author"],"publishedDate":"2002-05-01","printType":"BOOK","pageCount":64,"publisher":"P","language":"en",
            "industryIdentifiers":[{"type":"ISBN_13","identifier":"9780486424613"},{"type":"ISBN_10","identifier":"0486424618"}]}}]}
            """;
        await using var world = new DemoWorld();
        var agent = new TaskCompletionSource<string>();
        _ = world.Serve("www.googleapis.com", 80, application => application.MapGet("/books/v1/volumes", (HttpContext request) =>
        {
            agent.TrySetResult(request.Request.Headers.UserAgent.ToString());
            return request.Response.WriteTextAsync(request.Request.Query["q"] == "isbn:0486424618" ? 200 : 404, "application/json", book);
        }));
        _ = world.Start("details", BookinfoWorlds.Images + "details-v2:1.20.3", ("DO_NOT_ENCRYPT", "true"));
        using var client = world.Client();
        client.DefaultRequestHeaders.Add("User-Agent", "visitor");

        var details = JsonNode.Parse(await client.GetStringAsync(new Uri("http://details:9080/details/0"), Cancellation))!;

        Assert.Equal("A. Author", (string?)details["author"]);
        Assert.Equal(2002, (int)details["year"]!);
        Assert.Equal("paperback", (string?)details["type"]);
        Assert.Equal("0486424618", (string?)details["ISBN-10"]);
        Assert.Equal("visitor", await agent.Task);
    }

    [Theory]
    [InlineData(429, "{}")]
    [InlineData(200, "not json")]
    [InlineData(200, "{\"items\":[]}")]
    [InlineData(200, "{\"items\":[{\"volumeInfo\":{\"authors\":[],\"pageCount\":\"many\"}}]}")]
    public async Task Whatever_goes_wrong_with_the_book_api_is_400(int status, string body)
    {
        await using var world = new DemoWorld();
        _ = world.Serve("www.googleapis.com", 80, application => application.MapFallback((HttpContext request) => request.Response.WriteTextAsync(status, "application/json", body)));
        _ = world.Start("details", BookinfoWorlds.Images + "details-v1:1.20.3", ("DO_NOT_ENCRYPT", "true"), ("ENABLE_EXTERNAL_BOOK_SERVICE", "true"));
        using var client = world.Client();

        using var answer = await client.GetAsync(new Uri("http://details:9080/details/0"), Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("\"error\"", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1", """"rating":null"""")]
    [InlineData("v2", """{"stars":5,"color":"black"}""")]
    [InlineData("v3", """{"stars":5,"color":"red"}""")]
    public async Task Reviews_have_the_rating_of_their_version(string version, string rating)
    {
        await using var world = BookinfoWorlds.Shop(version);
        using var client = world.Client();

        var reviews = JsonNode.Parse(await client.GetStringAsync(new Uri("http://reviews:9080/reviews/0"), Cancellation))!;

        Assert.Equal("0", (string?)reviews["id"]);
        Assert.Equal("reviews-pod-1", (string?)reviews["podname"]);
        Assert.Equal("null", (string?)reviews["clustername"]);
        Assert.Equal(version == "v1" ? null : rating, reviews["reviews"]![0]!["rating"]?.ToJsonString());
    }

    [Theory]
    [InlineData("v2", true)]
    [InlineData("v3", false)]
    public async Task Slow_ratings_are_waited_for_by_black_stars_only(string version, bool waited)
    {
        // Seven seconds of delay, of which red stars wait 2.5 and black ones up to 10; here a tenth of each.
        var time = new FastTime(10);
        await using var world = new DemoWorld { Time = time };
        _ = world.Start("reviews", $"{BookinfoWorlds.Images}reviews-{version}:1.20.3");
        _ = world.Serve("ratings", 9080, application => application.MapGet("/ratings/0", async (HttpContext request) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(7), time, request.RequestAborted);
            await request.Response.WriteTextAsync(200, "application/json", """{"id":0,"ratings":{"Reviewer1":1,"Reviewer2":2}}""");
        }));
        using var client = world.Client();

        var reviews = JsonNode.Parse(await client.GetStringAsync(new Uri("http://reviews:9080/reviews/0"), Cancellation))!;

        var rating = reviews["reviews"]![1]!["rating"]!;
        Assert.Equal(waited ? 2 : null, (int?)rating["stars"]);
        Assert.Equal(waited ? null : "Ratings service is currently unavailable", (string?)rating["error"]);
    }

    [Fact]
    public async Task Ratings_can_be_given_in_memory_but_not_to_a_database()
    {
        await using var world = BookinfoWorlds.Shop();
        _ = world.Start("ratings-v2", BookinfoWorlds.Images + "ratings-v2:1.20.3");
        using var client = world.Client();

        Assert.Equal("""{"id":1,"ratings":{"Reviewer1":5,"Reviewer2":4}}""", (await client.GetStringAsync(new Uri("http://ratings:9080/ratings/1"), Cancellation)).Trim());
        Assert.Equal(HttpStatusCode.OK, await PostAsync(client, "ratings", """{"Reviewer1":2}"""));
        Assert.Equal("""{"id":1,"ratings":{"Reviewer1":2}}""", (await client.GetStringAsync(new Uri("http://ratings:9080/ratings/1"), Cancellation)).Trim());
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, "ratings", "{"));
        Assert.Equal(HttpStatusCode.NotImplemented, await PostAsync(client, "ratings-v2", """{"Reviewer1":2}"""));
        using var wrong = await client.GetAsync(new Uri("http://ratings:9080/ratings/one"), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task Ratings_v2_read_the_database()
    {
        await using var world = new DemoWorld();
        _ = world.Start("mysqldb", BookinfoWorlds.Images + "mysqldb:1.20.3", ("MYSQL_ROOT_PASSWORD", "password"));
        _ = world.Start("ratings", BookinfoWorlds.Images + "ratings-v2:1.20.3", ("DB_TYPE", "mysql"), ("MYSQL_DB_HOST", "mysqldb"), ("MYSQL_DB_PASSWORD", "password"));
        using var client = world.Client();
        var url = new Uri("http://ratings:9080/ratings/3");

        Assert.Equal("""{"id":3,"ratings":{"Reviewer1":5,"Reviewer2":4}}""", (await client.GetStringAsync(url, Cancellation)).Trim());
        world.Broken["mysqldb"] = true;
        using var answer = await client.GetAsync(url, Cancellation);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("""{"error":"could not connect to ratings database"}""", (await answer.Content.ReadAsStringAsync(Cancellation)).Trim());
    }

    [Theory]
    [InlineData("SELECT Rating FROM ratings", "5 4")]
    [InlineData("select ReviewID, Rating from test.ratings", "1 5 2 4")]
    public void The_database_knows_its_table(string statement, string values) =>
        Assert.Equal(values.Split(' '), RatingsTable.Execute(statement).Rows.SelectMany(row => row));

    [Fact]
    public void The_database_refuses_what_it_does_not_know() =>
        Assert.Equal(1064, Assert.Throws<MySqlException>(() => RatingsTable.Execute("DELETE FROM ratings")).Code);

    [Theory]
    [InlineData("v-unavailable", 60, true)]
    [InlineData("v-unhealthy", 15 * 60, false)]
    public async Task Unavailable_ratings_come_and_go(string version, int period, bool healthy)
    {
        var time = new SetTime();
        var condition = new RatingsCondition(version, time);
        List<bool> refused = [];
        for (var i = 0; i < 4; i++)
        {
            refused.Add(await condition.IsRefusedAsync(Cancellation));
            Assert.Equal(i % 2 == 0 || healthy, condition.IsHealthy);
            time.Advance(TimeSpan.FromSeconds(period));
        }

        Assert.Equal([false, true, false, true], refused);
    }

    [Fact]
    public async Task Faulty_ratings_refuse_about_every_second_call()
    {
        var condition = new RatingsCondition("v-faulty", TimeProvider.System);
        var refused = 0;
        for (var i = 0; i < 1000; i++)
        {
            refused += await condition.IsRefusedAsync(Cancellation) ? 1 : 0;
        }

        Assert.InRange(refused, 400, 600);
    }

    [Theory]
    [InlineData("details", "Details is healthy")]
    [InlineData("reviews", "Reviews is healthy")]
    [InlineData("ratings", "Ratings is healthy")]
    public async Task Every_service_says_that_it_is_healthy(string service, string text)
    {
        await using var world = BookinfoWorlds.Shop();
        using var client = world.Client();

        Assert.Equal($$"""{"status":"{{text}}"}""", (await client.GetStringAsync(new Uri($"http://{service}:9080/health"), Cancellation)).Trim());
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string host, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri($"http://{host}:9080/ratings/1"), body, Cancellation);
        return answer.StatusCode;
    }
}
