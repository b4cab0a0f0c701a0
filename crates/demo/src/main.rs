//! `make demo`: a demo city on this machine, a guided tour through it, and then it stays open.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use demo::identity_provider::{IdTokenAlgorithm, IdentityProvider, Settings};
use demo::mail_catcher::MailCatcher;
use demo::settlement::{self, Program};
use demo::tour::{self, Portal};
use platform::Clock;
use platform::config::{Config, MailConfig};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A demo city on this machine and a guided tour through it.
#[derive(Parser)]
struct Arguments {
    /// End after the tour instead of staying open.
    #[arg(long)]
    exit: bool,
    /// The folder of the catalogue.
    #[arg(long, default_value = "catalogue")]
    catalogue: PathBuf,
    /// Where the demo identity provider listens.
    #[arg(long, default_value = "127.0.0.1:8083")]
    identity_provider: SocketAddr,
    /// Where the demo mail server listens; it delivers nothing and shows everything.
    #[arg(long, default_value = "127.0.0.1:8025")]
    mail_catcher: SocketAddr,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "\n✗ {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut config = configuration()?;
    let mails = open_mail_catcher(arguments.mail_catcher).await?;
    config.mail = Some(MailConfig {
        smtp_url: mails.smtp_url(),
        from: "portal@city.example".to_owned(),
    });
    let today = calendar::jst_date(Clock::real().now());
    let issuer = open_identity_provider(&config, arguments.identity_provider)?;
    let program = Program::prepare(&config, &issuer, today)?;
    let mut stopped = Stopped::listen()?;
    let mut portal = program.serve()?;
    let opened = async {
        portal.ready().await?;
        program.fill(&arguments.catalogue).await?;
        let client = Portal::at(&config.resident_url, &config.staff_url);
        tour::walk(&client, &mails, today).await?;
        if arguments.exit {
            return Ok(());
        }
        farewell(&config, &issuer)?;
        tokio::select! {
            ended = portal.ended() => Err(ended.into()),
            () = tour::show_mails(&mails) => Ok(()),
        }
    };
    let done: Result<(), Failure> = tokio::select! {
        done = opened => done,
        () = stopped.wait() => Ok(()),
    };
    portal.stop().await;
    done
}

/// Ctrl-C or SIGTERM, listened for before there is anything to clean up.
struct Stopped {
    interrupt: Signal,
    terminate: Signal,
}

impl Stopped {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// The demo keeps its data apart from a real portal's.
fn configuration() -> Result<Config, Failure> {
    Ok(Config::from_variables(|name| {
        std::env::var(name).ok().or_else(|| match name {
            "MADOGUCHI_DATA_DIR" => Some(".madoguchi-demo".to_owned()),
            _ => None,
        })
    })?)
}

fn open_identity_provider(config: &Config, address: SocketAddr) -> Result<String, Failure> {
    let provider = IdentityProvider::bind(address)
        .map_err(|error| format!("the demo identity provider cannot use {address}: {error}"))?;
    let issuer = provider.issuer();
    let clock = Clock::real();
    let server = provider.run(Settings {
        issuer: issuer.clone(),
        clients: settlement::clients(&config.resident_url, &config.staff_url),
        id_token_algorithm: IdTokenAlgorithm::default(),
        now: Arc::new(move || clock.now()),
    })?;
    tokio::spawn(server);
    Ok(issuer)
}

async fn open_mail_catcher(address: SocketAddr) -> Result<MailCatcher, Failure> {
    let opened = MailCatcher::open(address).await;
    let cannot = |error| format!("the demo mail server cannot use {address}: {error}");
    Ok(opened.map_err(cannot)?)
}

fn farewell(config: &Config, issuer: &str) -> std::io::Result<()> {
    let Config {
        resident_url,
        staff_url,
        ops_addr,
        ..
    } = config;
    writeln!(
        std::io::stdout(),
        "\n✓ 案内は最後まで通りました。デモの市はこのまま動いています（Ctrl-C で終わります）。

  住民      {resident_url}/v1/procedures
  職員      {staff_url}/v1/auth/providers
  運用      http://{ops_addr}/docs/   （API の説明）  /metrics  /readyz
  本人確認  {issuer}   （デモ用）
  メール    届いたメールは、この画面に表示します

  住民の人  hanako taro jiro misaki lan shiro
  会社の人  tanabe（代表） ueda（委任を受けた行政書士）
  職員の人  sato（審査・子育て支援課） suzuki（決裁・子育て支援課） ito（兼務）
            takahashi（審査・環境政策課） tanaka（決裁・環境政策課）
            yamamoto（審査・高齢者支援課） ogawa（決裁・高齢者支援課）
            watanabe（統計担当） nakamura（管理者） kimura（利用登録担当）

  次に試すこと
    curl -sL -c /tmp/jar -b /tmp/jar '{resident_url}/v1/auth/login?provider=demo&login_hint=misaki'
    {resident_url}/v1/auth/login?provider=business をブラウザで開き、会社の人を選ぶ
    サーバーを kill -9 して、もう一度 make demo：受け付けた申請は一件も失われません"
    )
}
