use std::process::{Child, Command, Stdio};

use super::*;

/// The data directory of a test run in a process of its own.
const HELD_DIRECTORY: &str = "MADOGUCHI_TEST_HELD_DIRECTORY";

#[tokio::test]
#[ignore = "not a test of its own: the process the tests below kill"]
async fn hold_the_directory_until_killed() {
    let directory = std::env::var_os(HELD_DIRECTORY).unwrap();
    let options = Options {
        directory: directory.into(),
        durability: Durability::Durable,
    };
    let held = EmbeddedPostgres::start(&options).await.unwrap();
    sleep(Duration::from_secs(60)).await;
    held.stop().await.unwrap();
    panic!("nobody killed the holder");
}

async fn hold_in_another_process(directory: &Path) -> Child {
    let (_, module) = module_path!().split_once("::").unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            &format!("{module}::hold_the_directory_until_killed"),
        ])
        .env(HELD_DIRECTORY, directory)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    eventually("started", || lock::read_holder(directory).socket.is_some()).await;
    child
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

async fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !condition() {
        assert!(Instant::now() < deadline, "{what}");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn the_server_stops_when_our_process_is_killed_and_its_data_survives() {
    let folder = Folder::new("killed");
    let options = folder.durable();
    let child = hold_in_another_process(&options.directory).await;
    let attached = EmbeddedPostgres::attach_or_start(&options).await.unwrap();
    let url = attached.owner_url(EmbeddedPostgres::DATABASE);
    execute(&url, "CREATE TABLE kept ()").await.unwrap();
    kill(child);
    eventually("stopped", || {
        !folder.cluster().join("postmaster.pid").exists()
    })
    .await;

    let started = EmbeddedPostgres::start(&options).await.unwrap();
    assert!(holds(&url, "to_regclass('kept') IS NOT NULL").await);
    started.stop().await.unwrap();
}

#[tokio::test]
async fn a_start_right_after_a_kill_waits_for_the_old_server() {
    let folder = Folder::new("after-kill");
    let options = folder.durable();
    kill(hold_in_another_process(&options.directory).await);
    let started = EmbeddedPostgres::start(&options).await.unwrap();
    assert!(holds(&started.server_url("madoguchi"), "true").await);
    started.stop().await.unwrap();
}

async fn start_with_the_pid_file_of(pid: u32, folder: &Folder) {
    EmbeddedPostgres::start(&folder.durable())
        .await
        .unwrap()
        .stop()
        .await
        .unwrap();
    let pid_file = folder.cluster().join("postmaster.pid");
    let content = format!("{pid}\n{}\n1\n5432\n/tmp\n\n", folder.cluster().display());
    fs::write(&pid_file, content).unwrap();

    let started = EmbeddedPostgres::start(&folder.durable()).await.unwrap();
    let content = fs::read_to_string(&pid_file).unwrap();
    assert_ne!(content.lines().next().unwrap(), pid.to_string());
    started.stop().await.unwrap();
}

#[tokio::test]
async fn a_stale_pid_file_that_names_a_foreign_live_process_is_no_obstacle() {
    start_with_the_pid_file_of(std::process::id(), &Folder::new("foreign")).await;
}

#[tokio::test]
async fn a_stale_pid_file_that_names_a_dead_server_not_reaped_yet_is_no_obstacle() {
    let postgres = binaries::Binaries::find(Path::new("/nonexistent"))
        .unwrap()
        .postgres();
    let mut dead = Command::new(postgres)
        .arg("--version")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    start_with_the_pid_file_of(dead.id(), &Folder::new("unreaped")).await;
    dead.wait().unwrap();
}

#[tokio::test]
async fn an_interrupted_initdb_is_redone() {
    let folder = Folder::new("interrupted");
    let data = folder.durable().directory;
    let unfinished = data.join("cluster.unfinished-1");
    fs::create_dir_all(unfinished.join("base")).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o711)).unwrap();
    fs::write(unfinished.join("PG_VERSION"), "15\n").unwrap();

    let started = EmbeddedPostgres::start(&folder.durable()).await.unwrap();
    assert!(!unfinished.exists());
    assert!(
        holds(
            &started.owner_url("madoguchi"),
            "current_setting('data_checksums') = 'on'"
        )
        .await
    );
    started.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_that_does_not_start_says_why() {
    let folder = Folder::new("why");
    EmbeddedPostgres::start(&folder.durable())
        .await
        .unwrap()
        .stop()
        .await
        .unwrap();
    fs::remove_file(folder.cluster().join("global/pg_control")).unwrap();
    let failed = EmbeddedPostgres::start(&folder.durable())
        .await
        .unwrap_err();
    assert!(failed.to_string().contains("pg_control"), "{failed}");
}

#[tokio::test]
async fn files_that_are_no_cluster_are_left_alone() {
    let folder = Folder::new("alone");
    let data = folder.durable().directory;
    EmbeddedPostgres::start(&folder.durable())
        .await
        .unwrap()
        .stop()
        .await
        .unwrap();
    fs::remove_file(data.join("cluster/PG_VERSION")).unwrap();
    let refused = EmbeddedPostgres::start(&folder.durable())
        .await
        .unwrap_err();
    assert!(
        matches!(refused, StartError::NotACluster { .. }),
        "{refused}"
    );
    assert!(data.join("cluster/global").exists());
}
